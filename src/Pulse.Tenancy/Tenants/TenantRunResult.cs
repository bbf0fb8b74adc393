namespace Pulse.Tenancy;

/// <summary>What became of one tenant's turn in <see cref="TenantDatabaseExtensions.ForEachTenantAsync"/>.</summary>
public sealed class TenantRunResult
{
    /// <summary>Makes a result.</summary>
    /// <param name="tenant">Whose turn it was.</param>
    /// <param name="error">What the work threw, or null.</param>
    public TenantRunResult(TenantId tenant, Exception? error)
    {
        Tenant = tenant;
        Error = error;
    }

    /// <summary>Whose turn it was.</summary>
    public TenantId Tenant { get; }

    /// <summary>What the work threw: nothing of it stands; null when it is committed.</summary>
    public Exception? Error { get; }
}
