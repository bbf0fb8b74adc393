using System.Data;
using System.Data.Common;

namespace Pulse.Tenancy;

/// <summary>The connection of a <see cref="TenantScope"/>: open while the scope lasts, whatever is done to it.</summary>
internal sealed class ScopeConnection(TransactionExecution execution) : TenantConnection
{
    protected override TenantExecution? Execution => execution.State.IsFinished ? null : execution;

    // Libraries open what they find closed, and close what they have opened.
    public override void Open() => _ = Required;

    // The scope ends its transaction, not a library that was lent the connection.
    public override void Close()
    {
    }

    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) => throw new NotSupportedException(
        "The scope is a transaction already, committed by TenantScope.CommitAsync. For a part that may fail alone send SAVEPOINT and ROLLBACK TO SAVEPOINT as statements.");
}
