using System.Runtime.ExceptionServices;
using Npgsql;

namespace Pulse.Tenancy;

/// <summary>
/// One flush with two Syncs, so that the grant row outlives whatever becomes of the statements, and the statements do not run
/// without it.
/// </summary>
internal sealed class OperatorRunner(TenancyLogin login, TenantMark mark, OperatorGrant grant, bool readOnly, OperatorAccessLog log) : BatchRunner
{
    public override async Task<T> RunAsync<T>(StatementList statements, BatchReader<T> read, CancellationToken cancellationToken)
    {
        var batch = new NpgsqlBatch();
        await using (batch.ConfigureAwait(false))
        {
            OperatorPlan.Write(batch, grant, login.Role, mark, readOnly, statements);
            T result;
            try
            {
                var connection = await login.DataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
                await using (connection.ConfigureAwait(false))
                {
                    batch.Connection = connection;
                    result = await read(batch, batch.BatchCommands.Count - 1, cancellationToken).ConfigureAwait(false);
                }
            }
            catch (Exception error)
            {
                var end = OperatorEnd.Of(error, BatchProgress.IsCompleted(batch, OperatorPlan.RequireIndex));
                if (end.IsSwitchRefused)
                {
                    login.DataSource.Clear();
                    log.SwitchRefused(login.Role);
                }

                await log.RecordAsync(grant, end).ConfigureAwait(false);
                if (end.Refusal is { } refusal)
                {
                    ExceptionDispatchInfo.Throw(refusal);
                }

                throw;
            }

            await log.RecordCompletedAsync(grant, batch.BatchCommands.Cast<NpgsqlBatchCommand>().Skip(OperatorPlan.FirstStatement).Select(command => command.Rows)).ConfigureAwait(false);
            return result;
        }
    }
}
