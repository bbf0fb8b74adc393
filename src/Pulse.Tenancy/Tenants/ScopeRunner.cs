using Npgsql;

namespace Pulse.Tenancy;

/// <summary>Runs a batch inside a scope's transaction, and with COMMIT behind it when it is the scope's end.</summary>
internal sealed class ScopeRunner(TransactionExecution execution, bool commits) : BatchRunner
{
    public override Task<T> RunAsync<T>(StatementList statements, BatchReader<T> read, CancellationToken cancellationToken)
    {
        execution.State.ThrowIfFinished();
        return execution.RunAsync(
            batch =>
            {
                statements.AppendTo(batch);
                if (commits)
                {
                    batch.BatchCommands.Add(new NpgsqlBatchCommand("COMMIT"));
                    execution.State.Finish();
                }
            },
            batch => read(batch, batch.BatchCommands.Count - (commits ? 2 : 1), cancellationToken));
    }
}
