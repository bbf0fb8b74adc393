namespace Pulse.Auth;

/// <summary>The claims that are read, of the right types but not judged yet. Nothing here is trusted.</summary>
internal sealed class TokenClaims
{
    public string? Issuer { get; set; }

    public string? Subject { get; set; }

    public List<string> Audiences { get; } = [];

    public long? ExpiresAt { get; set; }

    public long? NotBefore { get; set; }

    public long? IssuedAt { get; set; }

    public string? Type { get; set; }

    public string? AuthorizedParty { get; set; }

    public string? SessionId { get; set; }

    public string? TokenId { get; set; }

    public string? PreferredUsername { get; set; }

    public bool HasConfirmation { get; set; }

    /// <summary>The one tenant the token names; null when it has no tenant claim.</summary>
    public string? Tenant { get; set; }

    public List<string> Roles { get; } = [];
}
