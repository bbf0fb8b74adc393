namespace Pulse.Auth;

/// <summary>The claims that are read, of the right types but not judged yet. Nothing here is trusted.</summary>
internal sealed class TokenClaims
{
    // Keycloak gives everybody three; a list that starts empty would grow twice.
    private const int UsualRoles = 8;

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

    /// <summary>SHA-256 of the client certificate the token is bound to; null when it is bound to nothing or to something else.</summary>
    public byte[]? CertificateThumbprint { get; set; }

    /// <summary>The one tenant the token names; null when it has no tenant claim.</summary>
    public string? Tenant { get; set; }

    public List<string> Roles { get; } = new(UsualRoles);
}
