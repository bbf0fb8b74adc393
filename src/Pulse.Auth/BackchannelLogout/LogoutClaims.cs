namespace Pulse.Auth;

/// <summary>The claims of a logout token, of the right types but not judged yet.</summary>
internal sealed class LogoutClaims
{
    public string? Issuer { get; set; }

    public string? Subject { get; set; }

    public string? SessionId { get; set; }

    public string? TokenId { get; set; }

    public string? Type { get; set; }

    public long? IssuedAt { get; set; }

    public long? ExpiresAt { get; set; }

    public List<string> Audiences { get; } = [];

    public bool HasNonce { get; set; }

    public bool HasLogoutEvent { get; set; }
}
