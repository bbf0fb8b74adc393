using Npgsql;
using Pulse.TestKit;

namespace Pulse.Tenancy.IntegrationTests;

/// <summary>Ways around the policies that lie in the session, the planner or the driver.</summary>
[Collection(PostgresTests.Name)]
public class SessionAttackTests(PostgresFixture postgres) : TenancyTest(postgres)
{
    [Theory]
    [InlineData("SELECT count(*) FROM devices WHERE 1 / (CASE WHEN tenant_id = 'globex' THEN 0 ELSE 1 END) = 1")]
    [InlineData("SELECT count(*) FROM devices WHERE (CASE WHEN id LIKE 'g%' THEN 'no number' ELSE '1' END)::int = 1")]
    public async Task A27_A_condition_that_fails_on_foreign_rows_never_meets_them(string sql) =>
        Assert.Equal(10, await Tenants.CreateBatch(Acme).Add(sql).ExecuteScalarAsync<long>());

    [Fact]
    public async Task A27_Nobody_brings_a_function_of_his_own() =>
        Assert.Equal("42501", await RefusalAsync("CREATE FUNCTION pg_temp.leak(text) RETURNS bool LANGUAGE sql COST 0.0001 AS 'SELECT true'"));

    [Fact]
    public async Task A29_Other_sessions_statements_are_hidden_and_no_text_names_a_tenant()
    {
        await using var busy = NpgsqlDataSource.Create(Database.ConnectionString("pulse_app_login"));
        await using var open = await busy.OpenConnectionAsync();
        await using var command = new NpgsqlCommand("SELECT 'visible'", open);
        await command.ExecuteScalarAsync();

        var texts = await Tenants.CreateBatch(Acme)
            .Add("SELECT query FROM pg_stat_activity WHERE usename = 'pulse_app_login' AND pid <> pg_backend_pid() AND datname = current_database()")
            .QueryAsync(row => row.GetString(0));

        Assert.Equal(["<insufficient privilege>"], texts);
        Assert.Equal(0, await Database.ScalarAsSuperuserAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE usename = 'pulse_app_login' AND query LIKE '%acme%'"));
    }

    [Fact]
    public async Task A30_A_subscription_does_not_outlive_its_lease()
    {
        await Tenants.CreateBatch(Acme).Add("LISTEN devices").ExecuteAsync();

        Assert.Equal(0, await Tenants.CreateBatch(Globex).Add("SELECT count(*) FROM pg_listening_channels()").ExecuteScalarAsync<long>());
    }

    [Fact]
    public async Task A33_Behind_an_error_barrier_there_is_no_tenant()
    {
        // What the driver offers and this package does not hand out: each command a transaction of its own.
        await using var source = NpgsqlDataSource.Create(Database.ConnectionString("pulse_app_login") + ";Pooling=false");
        await using var connection = await source.OpenConnectionAsync();
        await using var batch = new NpgsqlBatch(connection) { EnableErrorBarriers = true };
        batch.BatchCommands.Add(new NpgsqlBatchCommand("SELECT set_config('role', 'pulse_app', true), set_config('app.tenant_id', 'acme', true)"));
        batch.BatchCommands.Add(new NpgsqlBatchCommand("SELECT count(*) FROM public.devices"));

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => batch.ExecuteNonQueryAsync());

        Assert.Equal("42501", refusal.SqlState);
    }

    [Fact]
    public async Task A34_A_statement_prepared_before_the_tenant_reads_nothing()
    {
        await using var source = NpgsqlDataSource.Create(Database.ConnectionString("pulse_app_login") + ";Pooling=false");
        await using var connection = await source.OpenConnectionAsync();
        await using var command = new NpgsqlCommand("SELECT count(*) FROM public.devices", connection);

        var refusal = await Assert.ThrowsAsync<PostgresException>(async () =>
        {
            await command.PrepareAsync();
            await command.ExecuteScalarAsync();
        });

        Assert.Equal("42501", refusal.SqlState);
        await using var facade = await Tenants.CreateDataSource(Acme).OpenConnectionAsync();
        await using var prepared = facade.CreateCommand();
        await Assert.ThrowsAsync<NotSupportedException>(() => prepared.PrepareAsync());
    }

    [Fact]
    public async Task A_row_of_another_tenant_is_explained_without_naming_it()
    {
        var refusal = await Assert.ThrowsAsync<PostgresException>(
            () => Tenants.CreateBatch(Acme).Add("INSERT INTO devices (tenant_id, id) VALUES ('globex', 'planted')").ExecuteAsync());

        Assert.Equal(TenancyRefusal.TenantViolation, TenancyErrors.Explain(refusal));
        Assert.DoesNotContain("globex", refusal.ToString(), StringComparison.Ordinal);
        var missing = await Assert.ThrowsAsync<PostgresException>(() => Tenants.CreateBatch(Acme).Add("TRUNCATE devices").ExecuteAsync());
        Assert.Null(TenancyErrors.Explain(missing));
    }
}

/// <summary>The same through PgBouncer in transaction mode.</summary>
[Collection(PostgresTests.Name)]
public sealed class PooledSessionAttackTests(PostgresFixture postgres) : SessionAttackTests(postgres)
{
    private protected override bool IsPooled => true;
}
