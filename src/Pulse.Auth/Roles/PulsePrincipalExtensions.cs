using System.Security.Claims;

namespace Pulse.Auth;

/// <summary>Reads identity from a principal without ever choosing among several values.</summary>
public static class PulsePrincipalExtensions
{
    /// <summary>The tenant of the caller.</summary>
    /// <param name="principal">The principal of the request.</param>
    /// <returns>The tenant; null when the principal is not authenticated, names none, or names more than one.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="principal"/> is null.</exception>
    public static string? GetPulseTenant(this ClaimsPrincipal principal) => Single(principal, PulseClaimTypes.TenantId);

    /// <summary>The subject of the caller.</summary>
    /// <param name="principal">The principal of the request.</param>
    /// <returns>The subject; null when the principal is not authenticated, names none, or names more than one.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="principal"/> is null.</exception>
    public static string? GetPulseSubject(this ClaimsPrincipal principal) => Single(principal, PulseClaimTypes.Subject);

    // Two schemes merged into one principal give two values: taking the first would let one credential borrow the
    // tenant of the other.
    private static string? Single(ClaimsPrincipal principal, string type)
    {
        ArgumentNullException.ThrowIfNull(principal);

        string? found = null;
        foreach (var identity in principal.Identities)
        {
            foreach (var claim in identity.Claims)
            {
                if (!string.Equals(claim.Type, type, StringComparison.Ordinal))
                {
                    continue;
                }

                if (!identity.IsAuthenticated || found is not null)
                {
                    return null;
                }

                found = claim.Value;
            }
        }

        return found;
    }
}
