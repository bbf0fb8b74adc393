namespace Pulse.Auth;

/// <summary>An authenticated caller failed the policy of an endpoint.</summary>
public sealed class AccessDenied : AuthEvent
{
    /// <summary>The policies the endpoint names; empty when it names none.</summary>
    public IReadOnlyList<string> Policies { get; init; } = [];

    /// <summary>The roles the caller has.</summary>
    public IReadOnlyList<string> Roles { get; init; } = [];
}
