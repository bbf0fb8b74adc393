using System.Data;
using System.Data.Common;

namespace Pulse.Tenancy;

/// <summary>A transaction begun on a <see cref="PooledTenantConnection"/>; BEGIN and the tenant travel with its first command.</summary>
internal sealed class TenantTransaction(PooledTenantConnection connection, TransactionExecution execution, IsolationLevel isolation) : DbTransaction
{
    public override IsolationLevel IsolationLevel => isolation;

    public TransactionExecution Execution => execution;

    protected override DbConnection DbConnection => connection;

    public override void Commit()
    {
        execution.State.ThrowIfItCannotCommit();
        execution.Commit();
    }

    public override Task CommitAsync(CancellationToken cancellationToken = default)
    {
        execution.State.ThrowIfItCannotCommit();
        return execution.CommitAsync(cancellationToken);
    }

    public override void Rollback()
    {
        execution.State.ThrowIfFinished();
        execution.End();
    }

    public override async Task RollbackAsync(CancellationToken cancellationToken = default)
    {
        execution.State.ThrowIfFinished();
        await execution.EndAsync().ConfigureAwait(false);
    }

    public override async ValueTask DisposeAsync()
    {
        await execution.EndAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            execution.End();
        }

        base.Dispose(disposing);
    }
}
