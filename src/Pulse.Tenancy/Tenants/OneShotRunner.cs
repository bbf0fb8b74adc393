using Npgsql;

namespace Pulse.Tenancy;

/// <summary>
/// A batch of its own: the switch and the statements in one flush with one Sync, which PostgreSQL runs as one implicit
/// transaction. An error skips to the Sync and rolls back, so the connection stays healthy.
/// </summary>
internal sealed class OneShotRunner(TenantConnections connections, TenantId tenant) : BatchRunner
{
    public override async Task<T> RunAsync<T>(
        StatementList statements, Func<NpgsqlBatch, CancellationToken, Task<T>> execute, CancellationToken cancellationToken)
    {
        var batch = new NpgsqlBatch();
        await using (batch.ConfigureAwait(false))
        {
            batch.BatchCommands.Add(connections.Enter(tenant));
            statements.AppendTo(batch);

            var connection = await connections.OpenAsync(cancellationToken).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                batch.Connection = connection;
                try
                {
                    var result = await execute(batch, cancellationToken).ConfigureAwait(false);
                    connections.Metrics.BatchSucceeded(TenancyMetrics.OneShot);
                    return result;
                }
                catch (PostgresException error)
                {
                    connections.Metrics.BatchRefused(TenancyMetrics.OneShot);
                    if (EnterCommand.WasRefused(error, batch))
                    {
                        connections.DiscardAfterRefusedEnter();
                    }

                    throw;
                }
            }
        }
    }
}
