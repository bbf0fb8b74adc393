namespace Pulse.Tenancy;

/// <summary>Limits of <see cref="ITenantDatabase.BulkInsertAsync"/>.</summary>
public static class BulkLimits
{
    /// <summary>
    /// Most rows of one INSERT. All of them are held in memory, by this process and by the server, until the statement ends;
    /// split larger sets.
    /// </summary>
    public const int MaxRows = 50_000;
}
