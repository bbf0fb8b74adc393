using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Pulse.TestKit;

namespace Pulse.Audit.IntegrationTests;

[Collection(PostgresTests.Name)]
[SuppressMessage("Security", "CA2100", Justification = "Test statements.")]
public sealed class ProtectionTests(PostgresFixture postgres) : IAsyncLifetime
{
    private static readonly string[] Tables = ["event", "event_default", CurrentPartition, "quarantine", "stream_head"];

    private AuditDatabase _database = null!;

    private static string CurrentPartition => TimeProvider.System.GetUtcNow().ToString("'event_'yyyy'_'MM", System.Globalization.CultureInfo.InvariantCulture);

    public async Task InitializeAsync()
    {
        var name = await postgres.CreateDatabaseAsync();
        _database = new AuditDatabase((user, password) => postgres.ConnectionString(user, password, name), postgres.SuperuserConnectionString(name));
        await _database.InitializeAsync();

        using var host = await _database.StartHostAsync();
        var writer = host.Services.GetRequiredService<IAuditWriter>();
        await writer.WriteAsync(new AuditEvent { Type = "test.own", Class = AuditClass.Security, TenantId = "acme" });
        await writer.WriteAsync(new AuditEvent { Type = "test.hidden", Class = AuditClass.Security, TenantId = "acme", VisibleToTenant = false });
        await writer.WriteAsync(new AuditEvent { Type = "test.other", Class = AuditClass.Security, TenantId = "globex" });
        await writer.WriteAsync(new AuditEvent { Type = "test.platform", Class = AuditClass.Critical });
        await host.StopAsync();
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task Nobody_updates_deletes_or_truncates_not_even_the_owner()
    {
        foreach (var source in new[] { _database.Writer, _database.App, _database.Operator, _database.Worker, _database.Owner })
        {
            foreach (var table in Tables)
            {
                var column = table == "stream_head" ? "opened_at = now()" : "record = ''";
                await AssertRefusedAsync(source, $"UPDATE pulse_audit.{table} SET {column}");
                await AssertRefusedAsync(source, $"DELETE FROM pulse_audit.{table}");
                await AssertRefusedAsync(source, $"TRUNCATE pulse_audit.{table}");
            }
        }

        Assert.Equal(4, await _database.CountAsync("SELECT count(*) FROM pulse_audit.event"));
    }

    [Fact]
    public async Task Every_table_of_the_schema_refuses_a_superuser_s_slip_too()
    {
        await using var query = _database.Superuser.CreateCommand(
            "SELECT format('%s', oid::regclass) FROM pg_class WHERE relnamespace = 'pulse_audit'::regnamespace AND relkind IN ('r', 'p')");
        var tables = new List<string>();
        await using (var reader = await query.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                tables.Add(reader.GetString(0));
            }
        }

        Assert.Equal(15, tables.Count);
        foreach (var table in tables)
        {
            await AssertRefusedAsync(_database.Superuser, $"SET session_replication_role = replica; DELETE FROM {table}");
            await AssertRefusedAsync(_database.Superuser, $"SET session_replication_role = replica; TRUNCATE {table} CASCADE");
        }
    }

    [Fact]
    public async Task The_writer_moves_a_head_forward_only()
    {
        await AssertRefusedAsync(_database.Writer, "UPDATE pulse_audit.stream_head SET seq = 0");
        await AssertRefusedAsync(_database.Writer, "UPDATE pulse_audit.stream_head SET seq = seq");
        Assert.Equal(1, await AuditDatabase.ExecuteAsync(_database.Writer, "UPDATE pulse_audit.stream_head SET seq = seq + 1"));
    }

    [Fact]
    public async Task The_writer_reads_no_event_and_cannot_forge_what_the_server_stamps()
    {
        await AssertRefusedAsync(_database.Writer, "SELECT 1 FROM pulse_audit.event");
        await AssertRefusedAsync(_database.Writer, "SELECT 1 FROM pulse_audit.quarantine");
        await AssertRefusedAsync(_database.Writer, $"INSERT INTO pulse_audit.{CurrentPartition} (type) VALUES ('x')");
        await AssertRefusedAsync(_database.Writer, "INSERT INTO pulse_audit.event (recorded_at) VALUES (now())");
    }

    [Fact]
    public async Task The_owner_neither_reads_nor_writes_events()
    {
        Assert.Equal(0, await CountAsync(_database.Owner, tenant: null, "SELECT count(*) FROM pulse_audit.event"));
        Assert.Equal(0, await CountAsync(_database.Owner, tenant: null, $"SELECT count(*) FROM pulse_audit.{CurrentPartition}"));
        await AssertRefusedAsync(_database.Owner, """
            INSERT INTO pulse_audit.event (occurred_at, event_id, stream, seq, class, type, outcome, visible_to_tenant, record, prev_hash, hash)
            VALUES (now(), gen_random_uuid(), gen_random_uuid(), 1, 0, 'x', 0, true, '', sha256(''), sha256(''))
            """);
    }

    [Theory]
    [InlineData("acme", 1)]
    [InlineData("globex", 1)]
    [InlineData("nobody", 0)]
    [InlineData("", 0)]
    [InlineData(null, 0)]
    public async Task A_tenant_reads_its_own_visible_rows_only(string? tenant, long rows)
    {
        Assert.Equal(rows, await CountAsync(_database.App, tenant, "SELECT count(*) FROM pulse_audit.event"));
        Assert.Equal(rows, await CountAsync(_database.App, tenant, $"SELECT count(*) FROM pulse_audit.event WHERE tenant_id = '{tenant}' AND type IN ('test.own', 'test.other')"));
    }

    [Fact]
    public async Task Partitions_and_the_other_tables_are_out_of_reach_of_tenants_and_operators()
    {
        foreach (var table in Tables.Where(table => table != "event"))
        {
            await AssertRefusedAsync(_database.App, $"SELECT 1 FROM pulse_audit.{table}");
        }

        foreach (var table in Tables)
        {
            await AssertRefusedAsync(_database.Operator, $"SELECT 1 FROM pulse_audit.{table}");
        }

        await AssertRefusedAsync(_database.App, "SELECT pulse_audit.add_months(1)");
        await AssertRefusedAsync(_database.App, "INSERT INTO pulse_audit.event (type) VALUES ('x')");
    }

    [Fact]
    public async Task The_worker_reads_everything_through_the_table_and_writes_nothing()
    {
        Assert.Equal(4, await CountAsync(_database.Worker, tenant: null, "SELECT count(*) FROM pulse_audit.event"));
        await AssertRefusedAsync(_database.Worker, "INSERT INTO pulse_audit.event (type) VALUES ('x')");
        await AssertRefusedAsync(_database.Worker, $"SELECT 1 FROM pulse_audit.{CurrentPartition}");
        await AssertRefusedAsync(_database.Worker, "SELECT pulse_audit.add_months(1)");
    }

    [Fact]
    public async Task The_worker_makes_months_ahead_that_are_as_well_protected()
    {
        await AuditDatabase.ExecuteAsync(_database.Worker, "SELECT pulse_audit.premake(5)");

        Assert.Equal(0, await CountAsync(_database.Worker, tenant: null, "SELECT pulse_audit.premake(5)"));

        Assert.Equal(7, await _database.CountAsync("SELECT count(*) FROM pg_inherits WHERE inhparent = 'pulse_audit.event'::regclass"));
        Assert.Equal(7, await _database.CountAsync("""
            SELECT count(*) FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid JOIN pg_trigger ON tgrelid = pg_class.oid
            WHERE inhparent = 'pulse_audit.event'::regclass AND relrowsecurity AND relforcerowsecurity AND tgname = 'append_only' AND tgenabled = 'A'
                AND NOT has_table_privilege('pulse_app', pg_class.oid, 'SELECT') AND NOT has_table_privilege('pulse_worker', pg_class.oid, 'SELECT')
            """));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(25)]
    public async Task Months_ahead_have_their_bounds(int ahead)
    {
        var refused = await Assert.ThrowsAsync<PostgresException>(() => CountAsync(_database.Worker, tenant: null, $"SELECT pulse_audit.premake({ahead})"));

        Assert.Equal("22023", refused.SqlState);
    }

    [Fact]
    public async Task A_partition_granted_by_mistake_still_shows_nothing()
    {
        await AuditDatabase.ExecuteAsync(_database.Superuser, $"GRANT SELECT ON pulse_audit.{CurrentPartition} TO pulse_app");

        Assert.Equal(0, await CountAsync(_database.App, "acme", $"SELECT count(*) FROM pulse_audit.{CurrentPartition}"));
    }

    [Fact]
    public async Task The_schema_can_be_run_again_and_repairs_grants()
    {
        await AuditDatabase.ExecuteAsync(_database.Superuser, "GRANT SELECT, UPDATE ON pulse_audit.event TO pulse_audit_writer");

        await AuditDatabase.ExecuteAsync(_database.Owner, AuditSchema.Sql);

        await AssertRefusedAsync(_database.Writer, "SELECT 1 FROM pulse_audit.event");
        Assert.Equal(4, await _database.CountAsync("SELECT count(*) FROM pulse_audit.event"));
    }

    [Fact]
    public async Task Events_outside_every_month_go_to_the_default_partition_and_do_not_stop_a_later_migration()
    {
        await AuditDatabase.ExecuteAsync(_database.Superuser, $"DROP TABLE pulse_audit.{CurrentPartition}");
        using var host = await _database.StartHostAsync();
        await host.Services.GetRequiredService<IAuditWriter>().WriteAsync(new AuditEvent { Type = "test.default", Class = AuditClass.Critical });
        await host.StopAsync();

        await AuditDatabase.ExecuteAsync(_database.Owner, AuditSchema.Sql);

        Assert.Equal(1, await CountAsync(_database.Worker, tenant: null, "SELECT pulse_audit.premake(1)"));
        Assert.Equal(1, await _database.CountAsync("SELECT count(*) FROM pulse_audit.event_default"));
        Assert.Equal(0, await _database.CountAsync($"SELECT count(*) FROM pg_class WHERE relname = '{CurrentPartition}'"));
    }

    private static async Task<long> CountAsync(NpgsqlDataSource source, string? tenant, string sql)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        if (tenant is not null)
        {
            await using var enter = new NpgsqlCommand($"SET LOCAL app.tenant_id = '{tenant}'", connection);
            await enter.ExecuteNonQueryAsync();
        }

        await using var query = new NpgsqlCommand(sql, connection);
        return (long)(await query.ExecuteScalarAsync())!;
    }

    private static async Task AssertRefusedAsync(NpgsqlDataSource source, string sql)
    {
        var refused = await Assert.ThrowsAsync<PostgresException>(() => AuditDatabase.ExecuteAsync(source, sql));
        Assert.Equal((PostgresErrorCodes.InsufficientPrivilege, sql), (refused.SqlState, sql));
    }
}
