namespace Pulse.Auth;

/// <summary>Names of the authorization policies <c>AddPulseAuthorization</c> registers.</summary>
/// <remarks>
/// A higher role includes the lower one of its plane. The planes never mix: the customer plane refuses every operator
/// and everyone without a tenant, the operator plane refuses everyone with a tenant.
/// </remarks>
public static class PulsePolicies
{
    /// <summary>Role <c>customer</c> or <c>tenant-admin</c>, and exactly one tenant.</summary>
    public const string Customer = "Pulse.Customer";

    /// <summary>Role <c>tenant-admin</c>, and exactly one tenant.</summary>
    public const string TenantAdmin = "Pulse.TenantAdmin";

    /// <summary>Role <c>operator</c> or <c>operator-admin</c>, and no tenant.</summary>
    public const string Operator = "Pulse.Operator";

    /// <summary>Role <c>operator-admin</c>, and no tenant.</summary>
    public const string OperatorAdmin = "Pulse.OperatorAdmin";
}
