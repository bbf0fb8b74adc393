namespace Pulse.Tenancy;

/// <summary>
/// A batch of its own: the switch and the statements in one flush with one Sync, which PostgreSQL runs as one implicit
/// transaction. An error skips to the Sync and rolls back, so the connection stays healthy.
/// </summary>
internal sealed class OneShotRunner(TenantConnections connections, TenantId tenant) : BatchRunner
{
    public override async Task<T> RunAsync<T>(StatementList statements, BatchReader<T> read, CancellationToken cancellationToken)
    {
        statements.ThrowIfEmpty();
        var connection = await connections.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            var execution = new AutoCommitExecution(connections, tenant, connection);
            return await execution.RunAsync(
                statements.AppendTo, batch => read(batch, batch.BatchCommands.Count - 1, cancellationToken)).ConfigureAwait(false);
        }
    }
}
