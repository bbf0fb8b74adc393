using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;

namespace Pulse.Auth;

/// <summary>Holds the planes apart: who may read every tenant is never let in as a member of one.</summary>
internal sealed class PlaneHandler : AuthorizationHandler<PlaneRequirement>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, PlaneRequirement requirement)
    {
        if (IsMet(context.User, requirement))
        {
            context.Succeed(requirement);
        }

        return Task.CompletedTask;
    }

    private static bool IsMet(ClaimsPrincipal user, PlaneRequirement requirement)
    {
        // A principal merged from two credentials has two subjects, and is nobody.
        if (user.GetPulseSubject() is null)
        {
            return false;
        }

        if (!requirement.Roles.Any(role => HasRole(user, role)))
        {
            return false;
        }

        return requirement.OperatorPlane ? !user.HasClaim(IsTenantClaim) : IsMember(user);
    }

    private static bool IsMember(ClaimsPrincipal user)
    {
        if (HasRole(user, PulseRoles.Operator) || HasRole(user, PulseRoles.OperatorAdmin))
        {
            return false;
        }

        return user.GetPulseTenant() is not null;
    }

    private static bool IsTenantClaim(Claim claim) => string.Equals(claim.Type, PulseClaimTypes.TenantId, StringComparison.Ordinal);

    // Not IsInRole: that follows whatever role claim type an identity declares.
    private static bool HasRole(ClaimsPrincipal user, string role) => user.HasClaim(claim =>
        string.Equals(claim.Type, PulseClaimTypes.Role, StringComparison.Ordinal)
        && string.Equals(claim.Value, role, StringComparison.Ordinal));
}
