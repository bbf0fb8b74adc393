using Npgsql;

namespace Pulse.Tenancy;

/// <summary>One transaction: Npgsql holds BEGIN back until the first batch, which begins with the switch. Entering works once.</summary>
internal sealed class TransactionExecution(
    TenantConnections connections, TenantId tenant, NpgsqlConnection connection, NpgsqlTransaction transaction, TenantScopeOptions options)
    : TenantExecution(connections, tenant, connection, TenancyMetrics.Scope)
{
    /// <summary>Whether COMMIT was sent or the transaction given up.</summary>
    public bool IsFinished { get; private set; }

    /// <summary>Whether the last batch failed: PostgreSQL would answer COMMIT with a quiet ROLLBACK.</summary>
    public bool HasFailed { get; private set; }

    public bool HasEntered { get; private set; }

    protected override bool EnterIsDue => !HasEntered;

    protected override TenantScopeOptions Options => options;

    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        IsFinished = true;
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    public void Commit()
    {
        IsFinished = true;
        transaction.Commit();
    }

    /// <summary>Rolls back what was not committed.</summary>
    public ValueTask EndAsync()
    {
        IsFinished = true;
        return transaction.DisposeAsync();
    }

    public void End()
    {
        IsFinished = true;
        transaction.Dispose();
    }

    /// <summary>COMMIT travels in the batch that is being written.</summary>
    public void FinishWithThisBatch() => IsFinished = true;

    // Should the switch not have happened, the statements that follow run as a login without any right.
    protected override void OnBegin()
    {
        HasEntered = true;
        HasFailed = true;
    }

    protected override void OnSuccess() => HasFailed = false;
}
