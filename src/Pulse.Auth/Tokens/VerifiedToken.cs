using System.Security.Claims;

namespace Pulse.Auth;

/// <summary>What a token said, after its signature and every claim passed. Immutable; holds no raw token.</summary>
public sealed class VerifiedToken
{
    internal VerifiedToken(string issuer, string subject, TokenClaims claims)
    {
        Issuer = issuer;
        Subject = subject;
        TenantId = claims.Tenant;
        PreferredUsername = claims.PreferredUsername;
        ClientId = claims.AuthorizedParty;
        SessionId = claims.SessionId;
        TokenId = claims.TokenId;
        Roles = claims.Roles.AsReadOnly();
        IsBound = claims.HasConfirmation;
        CertificateThumbprint = claims.CertificateThumbprint;
        IssuedAt = DateTimeOffset.FromUnixTimeSeconds(claims.IssuedAt.GetValueOrDefault());
        ValidFrom = DateTimeOffset.FromUnixTimeSeconds(Math.Max(claims.IssuedAt.GetValueOrDefault(), claims.NotBefore.GetValueOrDefault()));
        ExpiresAt = DateTimeOffset.FromUnixTimeSeconds(claims.ExpiresAt.GetValueOrDefault());
    }

    /// <summary>The issuer (<c>iss</c>), one of the configured ones.</summary>
    public string Issuer { get; }

    /// <summary>The subject (<c>sub</c>), unique within the issuer.</summary>
    public string Subject { get; }

    /// <summary>The tenant, from <c>organization</c> or <c>tenant_id</c>; null for an operator or a user of no tenant.</summary>
    public string? TenantId { get; }

    /// <summary>The name to show (<c>preferred_username</c>); may change and is no key.</summary>
    public string? PreferredUsername { get; }

    /// <summary>The client the token was issued to (<c>azp</c>).</summary>
    public string? ClientId { get; }

    /// <summary>The provider's session (<c>sid</c>).</summary>
    public string? SessionId { get; }

    /// <summary>The token's identifier (<c>jti</c>): an opaque text, no UUID.</summary>
    public string? TokenId { get; }

    /// <summary>The realm roles (<c>realm_access.roles</c>), compared by ordinal.</summary>
    public IReadOnlyList<string> Roles { get; }

    /// <summary>When the token was issued (<c>iat</c>).</summary>
    public DateTimeOffset IssuedAt { get; }

    /// <summary>When the token expires (<c>exp</c>), without clock skew.</summary>
    public DateTimeOffset ExpiresAt { get; }

    /// <summary>The later of <c>iat</c> and <c>nbf</c>.</summary>
    internal DateTimeOffset ValidFrom { get; }

    /// <summary>Whether the token demands a proof (<c>cnf</c>), given again at each use.</summary>
    internal bool IsBound { get; }

    internal byte[]? CertificateThumbprint { get; }

    /// <summary>Builds a new principal with the claims of <see cref="PulseClaimTypes"/>.</summary>
    /// <param name="authenticationType">The name of the scheme; a principal without one is not authenticated.</param>
    /// <returns>A principal nobody else holds.</returns>
    /// <exception cref="ArgumentException"><paramref name="authenticationType"/> is null or empty.</exception>
    public ClaimsPrincipal CreatePrincipal(string authenticationType)
    {
        ArgumentException.ThrowIfNullOrEmpty(authenticationType);

        return new ClaimsPrincipal(CreateIdentity(authenticationType));
    }

    internal ClaimsIdentity CreateIdentity(string authenticationType)
    {
        var identity = new ClaimsIdentity(authenticationType, PulseClaimTypes.PreferredUsername, PulseClaimTypes.Role);
        Add(identity, PulseClaimTypes.Subject, Subject);
        Add(identity, PulseClaimTypes.TenantId, TenantId);
        Add(identity, PulseClaimTypes.PreferredUsername, PreferredUsername);
        Add(identity, PulseClaimTypes.ClientId, ClientId);
        Add(identity, PulseClaimTypes.SessionId, SessionId);
        foreach (var role in Roles)
        {
            Add(identity, PulseClaimTypes.Role, role);
        }

        return identity;
    }

    private void Add(ClaimsIdentity identity, string type, string? value)
    {
        if (value is not null)
        {
            identity.AddClaim(new Claim(type, value, ClaimValueTypes.String, Issuer));
        }
    }
}
