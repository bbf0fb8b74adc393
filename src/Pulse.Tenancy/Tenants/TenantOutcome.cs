namespace Pulse.Tenancy;

/// <summary>What became of one <see cref="TenantWork"/>.</summary>
public sealed record TenantOutcome
{
    /// <summary>Makes an outcome.</summary>
    /// <param name="tenant">Whose work it was.</param>
    /// <param name="succeeded">Whether it is committed.</param>
    /// <param name="rowsAffected">Rows inserted, updated and deleted by the item.</param>
    /// <param name="sqlState">SQLSTATE of the refusal, null when it succeeded.</param>
    public TenantOutcome(TenantId tenant, bool succeeded, int rowsAffected, string? sqlState)
    {
        Tenant = tenant;
        Succeeded = succeeded;
        RowsAffected = rowsAffected;
        SqlState = sqlState;
    }

    /// <summary>Whose work it was.</summary>
    public TenantId Tenant { get; }

    /// <summary>True when the item is committed, false when nothing of it is.</summary>
    public bool Succeeded { get; }

    /// <summary>Rows inserted, updated and deleted by the item; 0 when it was refused.</summary>
    public int RowsAffected { get; }

    /// <summary>The five-character SQLSTATE of the statement that was refused; null when the item succeeded.</summary>
    public string? SqlState { get; }
}
