namespace Pulse.ReferenceHost.Development.Identity;

/// <summary>What a token endpoint answered. Its text form shows no token.</summary>
internal sealed class TokenSet(string accessToken, string? idToken, string? refreshToken, TimeSpan expiresIn)
{
    public string AccessToken { get; } = accessToken;

    public string? IdToken { get; } = idToken;

    public string? RefreshToken { get; } = refreshToken;

    /// <summary>Lifetime of the access token from the moment of the answer.</summary>
    public TimeSpan ExpiresIn { get; } = expiresIn;

    public override string ToString() => $"Access token for {ExpiresIn}";
}
