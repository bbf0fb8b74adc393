using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Npgsql;

namespace Pulse.Tenancy;

/// <summary>
/// Reads the catalog, which is open to every login, inside a savepoint of the connection's transaction. It takes the tenants'
/// role where the login may, because only that role's plans are the ones that matter.
/// </summary>
internal sealed class CatalogReader(NpgsqlConnection connection, string appRole)
{
    private const string Savepoint = "pulse_doctor";

    // No such tenant needs to exist: no row is read.
    private const string Enter = "SELECT set_config('role', $1, true), set_config('app.tenant_id', 'doctor', true)";

    private readonly List<string> _notSeen = [];

    public async Task<CatalogSnapshot> ReadAsync(CancellationToken cancellationToken)
    {
        await RunAsync($"SAVEPOINT {Savepoint}", cancellationToken).ConfigureAwait(false);
        try
        {
            // The functions below belong to pg_catalog, whatever the session's search_path says.
            await RunAsync("SET LOCAL search_path = pg_catalog", cancellationToken).ConfigureAwait(false);
            var server = await ReadAsync(CatalogSql.Server, CatalogJson.Default.ServerFacts, cancellationToken).ConfigureAwait(false);
            var snapshot = new CatalogSnapshot
            {
                AppRole = appRole,
                Server = server,
                Roles = await ReadAsync(CatalogSql.Roles, CatalogJson.Default.IReadOnlyListRoleFacts, cancellationToken).ConfigureAwait(false),
                Tables = await ReadAsync(CatalogSql.Tables, CatalogJson.Default.IReadOnlyListTableFacts, cancellationToken).ConfigureAwait(false),
                Policies = await ReadAsync(CatalogSql.Policies, CatalogJson.Default.IReadOnlyListPolicyFacts, cancellationToken).ConfigureAwait(false),
                Keys = await ReadAsync(CatalogSql.Keys, CatalogJson.Default.IReadOnlyListKeyFacts, cancellationToken).ConfigureAwait(false),
                ForeignKeys = await ReadAsync(CatalogSql.ForeignKeys, CatalogJson.Default.IReadOnlyListForeignKeyFacts, cancellationToken).ConfigureAwait(false),
                Views = await ReadAsync(CatalogSql.Views, CatalogJson.Default.IReadOnlyListViewFacts, cancellationToken).ConfigureAwait(false),
                Functions = await ReadAsync(CatalogSql.Functions, CatalogJson.Default.IReadOnlyListFunctionFacts, cancellationToken).ConfigureAwait(false),
                Places = await ReadAsync(PlaceSql.All, CatalogJson.Default.PlaceFacts, cancellationToken).ConfigureAwait(false),
            };

            await TryAsync(() => RunAsync(Enter, cancellationToken, appRole), cancellationToken).ConfigureAwait(false);
            return snapshot with
            {
                SystemTables = await ReadSystemTablesAsync(server, cancellationToken).ConfigureAwait(false),
                Plans = await ReadPlansAsync(snapshot, cancellationToken).ConfigureAwait(false),
                NotSeen = _notSeen,
            };
        }
        finally
        {
            // Also after a failure or a cancelled question: the caller's transaction goes on as it was.
            await RunAsync($"ROLLBACK TO SAVEPOINT {Savepoint}", CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async Task<IReadOnlyList<TableName>> ReadSystemTablesAsync(ServerFacts server, CancellationToken cancellationToken)
    {
        IReadOnlyList<TableName> tables = [];
        if (!server.Bootstrapped)
        {
            return tables;
        }

        var refusal = await TryAsync(
            async () => tables = await ReadAsync(CatalogSql.SystemTables, CatalogJson.Default.IReadOnlyListTableName, cancellationToken).ConfigureAwait(false),
            cancellationToken).ConfigureAwait(false);
        if (refusal is not null)
        {
            _notSeen.Add($"table pulse.system_table, so that every table counts as a tenant's ({refusal.SqlState}: {refusal.MessageText})");
        }

        return tables;
    }

    private async Task<IReadOnlyList<PlanFacts>> ReadPlansAsync(CatalogSnapshot snapshot, CancellationToken cancellationToken)
    {
        // What matters is whether a condition would run for each row, not whether an index happens to serve these few rows.
        await RunAsync("SET LOCAL enable_indexscan = off", cancellationToken).ConfigureAwait(false);
        await RunAsync("SET LOCAL enable_indexonlyscan = off", cancellationToken).ConfigureAwait(false);
        await RunAsync("SET LOCAL enable_bitmapscan = off", cancellationToken).ConfigureAwait(false);

        var plans = new List<PlanFacts>();
        foreach (var table in snapshot.TenantTables.Where(table => table.RowSecurity && table.Rights.Contains("SELECT")))
        {
            var name = SqlName.Quote(table.Schema, table.Name);
            var refusal = await TryAsync(
                async () => plans.Add(new PlanFacts(
                    table.Schema, table.Name, await TextAsync($"EXPLAIN (FORMAT JSON, COSTS OFF) SELECT 1 FROM {name}", cancellationToken).ConfigureAwait(false))),
                cancellationToken).ConfigureAwait(false);
            if (refusal is not null)
            {
                _notSeen.Add($"the plan of table {ObjectName.Of(table.Schema, table.Name)} ({refusal.SqlState}: {refusal.MessageText})");
            }
        }

        return plans;
    }

    /// <summary>Runs something the server may refuse; what it answered is kept, the transaction goes on.</summary>
    private async Task<PostgresException?> TryAsync(Func<Task> attempt, CancellationToken cancellationToken)
    {
        await RunAsync("SAVEPOINT pulse_attempt", cancellationToken).ConfigureAwait(false);
        try
        {
            await attempt().ConfigureAwait(false);
            return null;
        }
        catch (PostgresException refusal) when (!refusal.IsTransient)
        {
            await RunAsync("ROLLBACK TO SAVEPOINT pulse_attempt", cancellationToken).ConfigureAwait(false);
            return refusal;
        }
    }

    private async Task<T> ReadAsync<T>(string sql, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        var text = await TextAsync(sql, cancellationToken).ConfigureAwait(false);
        return JsonSerializer.Deserialize(text, type) ?? throw new InvalidOperationException("The catalog answered a question with nothing.");
    }

    private async Task<string> TextAsync(string sql, CancellationToken cancellationToken)
    {
        var batch = Batch(sql, sql.Contains("$1", StringComparison.Ordinal) ? [appRole] : []);
        await using (batch.ConfigureAwait(false))
        {
            return (string)(await batch.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
        }
    }

    private async Task RunAsync(string sql, CancellationToken cancellationToken, params string[] values)
    {
        var batch = Batch(sql, values);
        await using (batch.ConfigureAwait(false))
        {
            await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private NpgsqlBatch Batch(string sql, IEnumerable<string> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = value });
        }

        var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(command);
        return batch;
    }
}
