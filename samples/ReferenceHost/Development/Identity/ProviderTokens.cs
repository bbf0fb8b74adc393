using System.Globalization;
using System.Security.Claims;
using System.Text.Json;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Pulse.ReferenceHost.Development.Identity;

/// <summary>The claims of the provider's tokens, named and shaped as Keycloak's.</summary>
internal static class ProviderTokens
{
    private const string AuthenticationType = "pulse-embedded-provider";
    private static readonly string[] Both = [Destinations.AccessToken, Destinations.IdentityToken];

    public static ClaimsPrincipal Create(ProviderSession session, OpenIddictRequest request)
    {
        var user = session.User;
        var identity = new ClaimsIdentity(AuthenticationType, Claims.Name, Claims.Role);
        identity.SetClaim(Claims.Subject, user.Subject)
            .SetClaim(Claims.Name, $"{user.FirstName} {user.LastName}")
            .SetClaim(Claims.GivenName, user.FirstName)
            .SetClaim(Claims.FamilyName, user.LastName)
            .SetClaim(Claims.PreferredUsername, user.UserName)
            .SetClaim("azp", request.ClientId)
            .SetClaim("sid", session.Id)
            .SetClaim("acr", "1")
            .SetClaim("typ", "Bearer")
            .SetClaim("tenant_id", user.TenantId)
            .SetClaim("realm_access", JsonSerializer.SerializeToElement(new { roles = new[] { user.Role } }));
        identity.AddClaim(new Claim(
            Claims.AuthenticationTime,
            session.SignedInAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
            ClaimValueTypes.Integer64));
        identity.SetDestinations(static claim => claim.Type switch
        {
            "typ" or "tenant_id" or "realm_access" => [Destinations.AccessToken],
            _ => Both,
        });

        var principal = new ClaimsPrincipal(identity);
        principal.SetScopes(request.GetScopes());
        principal.SetResources(DevelopmentClients.Audience);
        return principal;
    }
}
