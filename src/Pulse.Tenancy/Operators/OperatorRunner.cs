using System.Runtime.ExceptionServices;
using Npgsql;

namespace Pulse.Tenancy;

/// <summary>
/// One flush with two Syncs. The first transaction writes the grant row; the second raises PT403 unless that row is
/// committed. So the row outlives whatever becomes of the statements, and the statements do not run without it.
/// </summary>
internal sealed class OperatorRunner(TenancyLogin login, TenantMark mark, OperatorGrant grant, bool readOnly, OperatorAccessLog log) : BatchRunner
{
    private const string Open = "SELECT pulse.operator_open($1, $2, $3, $4, $5)";
    private const int RequireIndex = 1;
    private const int FirstStatement = 2;

    public override async Task<T> RunAsync<T>(StatementList statements, BatchReader<T> read, CancellationToken cancellationToken)
    {
        var batch = new NpgsqlBatch();
        await using (batch.ConfigureAwait(false))
        {
            var open = StatementList.Command(Open, grant.Id, grant.Actor, grant.Reason, grant.Lifetime, grant.Target?.Value);
            open.AppendErrorBarrier = true;
            batch.BatchCommands.Add(open);
            batch.BatchCommands.Add(StatementList.Command(RequireSql(), grant.Id, grant.Target is { } target ? mark.Write(target) : string.Empty));
            statements.AppendTo(batch);

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
                await RecordFailureAsync(batch, error).ConfigureAwait(false);
                if (FirstRefusal(error) is { } refusal)
                {
                    ExceptionDispatchInfo.Throw(refusal);
                }

                throw;
            }

            await log.RecordAsync(grant, OperatorAccessOutcome.Granted).ConfigureAwait(false);
            await log.RecordAsync(grant, OperatorAccessOutcome.Completed, CountRows(batch)).ConfigureAwait(false);
            return result;
        }
    }

    private string RequireSql() =>
        "SELECT pulse.operator_require($1), "
        + $"pg_catalog.set_config('role', '{login.Role}', true), pg_catalog.set_config('{mark.Setting}', $2, true)"
        + (readOnly ? ", pg_catalog.set_config('transaction_read_only', 'on', true)" : string.Empty);

    private async ValueTask RecordFailureAsync(NpgsqlBatch batch, Exception error)
    {
        var refusal = FirstRefusal(error);
        if (refusal is not null && !BatchProgress.IsCompleted(batch, RequireIndex))
        {
            await log.RecordAsync(grant, OperatorAccessOutcome.Refused, sqlState: refusal.SqlState).ConfigureAwait(false);
            return;
        }

        if (BatchProgress.IsCompleted(batch, RequireIndex))
        {
            await log.RecordAsync(grant, OperatorAccessOutcome.Granted).ConfigureAwait(false);
        }

        await log.RecordAsync(grant, OperatorAccessOutcome.Failed, sqlState: refusal?.SqlState).ConfigureAwait(false);
    }

    /// <summary>With two Syncs both transactions can fail; the driver then wraps their errors, and the first one is the cause.</summary>
    private static PostgresException? FirstRefusal(Exception error) => error switch
    {
        PostgresException refusal => refusal,
        { InnerException: AggregateException several } => several.InnerExceptions.OfType<PostgresException>().FirstOrDefault(),
        _ => null,
    };

    private static int CountRows(NpgsqlBatch batch)
    {
        var rows = 0UL;
        for (var i = FirstStatement; i < batch.BatchCommands.Count; i++)
        {
            rows += batch.BatchCommands[i].Rows;
        }

        return (int)Math.Min(rows, int.MaxValue);
    }
}
