namespace Pulse.ReferenceHost.Development.Identity;

/// <summary>A person of the development providers. Both providers give the same person the same subject.</summary>
/// <param name="Subject">The token's <c>sub</c>: a UUID, as Keycloak's user ids are.</param>
/// <param name="UserName">The login name, and the token's <c>preferred_username</c>.</param>
/// <param name="FirstName">Given name.</param>
/// <param name="LastName">Family name.</param>
/// <param name="TenantId">The token's <c>tenant_id</c>; null for the operator plane.</param>
/// <param name="Role">The one realm role.</param>
internal sealed record DevelopmentUser(
    string Subject, string UserName, string FirstName, string LastName, string? TenantId, string Role)
{
    /// <summary>An address that cannot receive mail (RFC 2606).</summary>
    public string Email => $"{UserName}@example.com";
}
