using System.Text.Json;
using Npgsql;

namespace Pulse.Tenancy.Testing;

/// <summary>One attack's transaction: rows of two tenants are made, then the superuser becomes somebody else. Nothing is ever committed.</summary>
internal sealed class AttackSession(NpgsqlConnection connection, TenantIsolationOptions options, KitCatalog catalog)
{
    // The numbers of made-up rows; they fit the smallest integer type.
    private const int AttackersRow = 30001;
    private const int VictimsRow = 30002;
    private const int NewRow = 30003;

    private string? _attackersContext;
    private string? _victimsContext;

    public NpgsqlConnection Connection => connection;

    public TenantIsolationOptions Options => options;

    public KitCatalog Catalog => catalog;

    public string Attacker { get; } = SqlName.Literal(options.Attacker.Value);

    public string Victim { get; } = SqlName.Literal(options.Victim.Value);

    /// <summary>Makes a row of each tenant in the target's table, and in the table its key refers to.</summary>
    /// <exception cref="NotSupportedException">A row cannot be made; the text says what to add to the options.</exception>
    public async Task SeedAsync(KitTarget target)
    {
        var tables = new List<TableName> { new(target.Table.Schema, target.Table.Name) };
        if (target.Key is not null)
        {
            tables.Add(target.Key.Referenced);
        }

        await ExecuteAsync("SET LOCAL session_replication_role = replica").ConfigureAwait(false);
        foreach (var table in tables.Distinct())
        {
            foreach (var (tenant, number) in new[] { (options.Attacker, AttackersRow), (options.Victim, VictimsRow) })
            {
                await MakeAsync(table, tenant, number).ConfigureAwait(false);
            }
        }

        await ExecuteAsync("SET LOCAL session_replication_role = origin").ConfigureAwait(false);
        if (catalog.IsSealed)
        {
            _attackersContext = await SealAsync(Attacker).ConfigureAwait(false);
            _victimsContext = await SealAsync(Victim).ConfigureAwait(false);
        }
    }

    /// <summary>The statement that makes another row of the victim, as the attacker would write it.</summary>
    public Task<string> NewVictimsRowAsync(KitTarget target) => InsertAsync(new(target.Table.Schema, target.Table.Name), options.Victim, NewRow);

    public Task BecomeAsync(string login) => ExecuteAsync($"SET LOCAL SESSION AUTHORIZATION {SqlName.Quote(login)}");

    public Task BecomeSuperuserAsync() => ExecuteAsync("SET LOCAL SESSION AUTHORIZATION DEFAULT");

    public async Task EnterAttackerAsync()
    {
        await BecomeAsync(options.AppLogin).ConfigureAwait(false);
        await EnterAsync(Attacker, _attackersContext).ConfigureAwait(false);
    }

    public async Task EnterVictimAsync()
    {
        await BecomeAsync(options.AppLogin).ConfigureAwait(false);
        await EnterAsync(Victim, _victimsContext).ConfigureAwait(false);
    }

    public Task EnterNobodyAsync() => ExecuteAsync($"SELECT set_config('role', {SqlName.Literal(options.AppRole)}, true)");

    public async Task<Outcome> ReadVictimAsync(string relation) =>
        Outcome.Seen(await CountAsync($"SELECT count(*) FROM {relation} WHERE tenant_id = {Victim}").ConfigureAwait(false));

    public async Task<long> CountAsync(string sql) => (long)(await ScalarAsync(sql).ConfigureAwait(false))!;

    public async Task<object?> ScalarAsync(string sql)
    {
        var batch = Batch(sql);
        await using (batch.ConfigureAwait(false))
        {
            return await batch.ExecuteScalarAsync().ConfigureAwait(false);
        }
    }

    public async Task<int> ExecuteAsync(string sql)
    {
        var batch = Batch(sql);
        await using (batch.ConfigureAwait(false))
        {
            return await batch.ExecuteNonQueryAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Columns a statement may name: not those the server computes.</summary>
    public async Task<string> WritableColumnsAsync(string table) => (string)(await ScalarAsync(
        $"SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_catalog.pg_attribute WHERE attrelid = {SqlName.Literal(table)}::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''")
        .ConfigureAwait(false))!;

    private Task<int> EnterAsync(string tenant, string? context) => ExecuteAsync(
        $"SELECT set_config('role', {SqlName.Literal(options.AppRole)}, true), set_config('app.tenant_id', {tenant}, true)"
        + (context is null ? string.Empty : $", set_config('pulse.ctx', {SqlName.Literal(context)}, true)"));

    // The test database's own key seals the context: whoever tests needs no secret.
    private async Task<string> SealAsync(string tenant) => await ScalarAsync(
        $"SELECT m || '.' || encode(sha256(k.opad || sha256(k.ipad || convert_to(m, 'UTF8'))), 'hex') FROM pulse.seal_key k, LATERAL (SELECT k.kid || '.' || {tenant} || '.' || extract(epoch FROM now() + interval '10 minutes')::bigint AS m) x WHERE k.not_after > now() LIMIT 1")
        .ConfigureAwait(false) as string ?? throw new NotSupportedException("The database is sealed and has no valid key: add one with TenantSchema.AddSealKey.");

    private async Task MakeAsync(TableName table, TenantId tenant, int number)
    {
        var insert = await InsertAsync(table, tenant, number).ConfigureAwait(false);
        try
        {
            await ExecuteAsync(insert).ConfigureAwait(false);
        }
        catch (PostgresException refusal)
        {
            throw new NotSupportedException(
                $"A row of {ObjectName.Of(table.Schema, table.Name)} could not be made ({refusal.SqlState}: {refusal.MessageText}). Give an INSERT in TenantIsolationOptions.Seeds[\"{table.Schema}.{table.Name}\"].", refusal);
        }
    }

    private async Task<string> InsertAsync(TableName table, TenantId tenant, int number) =>
        options.Seeds.TryGetValue($"{table.Schema}.{table.Name}", out var seed)
            ? seed(tenant, number)
            : SeedSql.Insert(table, await ColumnsAsync(table).ConfigureAwait(false), catalog.KeyColumns(table), tenant, number);

    private async Task<IReadOnlyList<SeedColumn>> ColumnsAsync(TableName table)
    {
        var text = (string)(await ScalarAsync($"""
            SELECT coalesce(json_agg(row_to_json(found)), '[]')::text FROM (
              SELECT a.attname AS name, format_type(b.oid, CASE WHEN b.oid = t.oid THEN a.atttypmod ELSE t.typtypmod END) AS type, b.typcategory AS category,
                (SELECT e.enumlabel FROM pg_catalog.pg_enum e WHERE e.enumtypid = b.oid ORDER BY e.enumsortorder LIMIT 1) AS first_label,
                a.attnotnull AND NOT a.atthasdef AND a.attidentity = '' AS required, a.attidentity = 'a' OR a.attgenerated <> '' AS servers
              FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
              JOIN pg_catalog.pg_type b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
              WHERE a.attrelid = {SqlName.Literal(SqlName.Quote(table.Schema, table.Name))}::regclass AND a.attnum > 0 AND NOT a.attisdropped
              ORDER BY a.attnum) found
            """).ConfigureAwait(false))!;
        return JsonSerializer.Deserialize(text, SeedJson.Default.IReadOnlyListSeedColumn)!;
    }

    private NpgsqlBatch Batch(string sql)
    {
        var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand(sql));
        return batch;
    }
}
