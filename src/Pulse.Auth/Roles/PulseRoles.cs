namespace Pulse.Auth;

/// <summary>The realm roles the policies know, compared by ordinal.</summary>
public static class PulseRoles
{
    /// <summary>Reads its own tenant.</summary>
    public const string Customer = "customer";

    /// <summary>Reads and writes its own tenant.</summary>
    public const string TenantAdmin = "tenant-admin";

    /// <summary>Reads any tenant, with a reason.</summary>
    public const string Operator = "operator";

    /// <summary>Reads and writes any tenant, with a reason.</summary>
    public const string OperatorAdmin = "operator-admin";
}
