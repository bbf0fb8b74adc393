using Microsoft.AspNetCore.Authorization;

namespace Pulse.Auth;

/// <summary>One of these roles, on one of the two planes.</summary>
internal sealed class PlaneRequirement(bool operatorPlane, params string[] roles) : IAuthorizationRequirement
{
    public bool OperatorPlane { get; } = operatorPlane;

    public IReadOnlyList<string> Roles { get; } = roles;
}
