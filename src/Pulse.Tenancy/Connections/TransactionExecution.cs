using Npgsql;

namespace Pulse.Tenancy;

/// <summary>One transaction: Npgsql holds BEGIN back until the first batch, which begins with the switch.</summary>
internal sealed class TransactionExecution(
    TenantConnections connections, TenantId tenant, NpgsqlConnection connection, NpgsqlTransaction transaction, TenantScopeOptions options)
    : TenantExecution(connections, tenant, connection, TenancyMetrics.Scope)
{
    public TransactionState State { get; } = new();

    protected override bool EnterIsDue => !State.HasEntered;

    protected override TenantScopeOptions Options => options;

    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        State.Finish();
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    public void Commit()
    {
        State.Finish();
        transaction.Commit();
    }

    /// <summary>Rolls back what was not committed.</summary>
    public ValueTask EndAsync()
    {
        State.Finish();
        return transaction.DisposeAsync();
    }

    public void End()
    {
        State.Finish();
        transaction.Dispose();
    }

    protected override void OnBegin() => State.Begin();

    protected override void OnSuccess() => State.Succeed();
}
