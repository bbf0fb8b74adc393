using Microsoft.Extensions.Options;
using Npgsql;
using Pulse.TestKit;

namespace Pulse.Tenancy.IntegrationTests;

/// <summary>Ways out of a tenant, through the library: statements an injection or a careless program could bring in.</summary>
[Collection(PostgresTests.Name)]
public class AttackTests(PostgresFixture postgres) : TenancyTest(postgres)
{
    private const string Steal = "SELECT count(*) FROM public.devices";

    [Fact]
    public async Task A4_The_operators_role_is_out_of_reach()
    {
        Assert.Equal("42501", await RefusalAsync("SET ROLE pulse_operator", Steal));
        Assert.Equal("42501", await RefusalAsync("SET ROLE pulse_owner", Steal));
        Assert.Equal("42501", await RefusalAsync("SET ROLE pulse_worker", Steal));
    }

    [Theory]
    [InlineData("RESET ROLE")]
    [InlineData("SET ROLE NONE")]
    [InlineData("SET LOCAL ROLE NONE")]
    public async Task A5_Leaving_the_role_leaves_no_rights(string leave) => Assert.Equal("42501", await RefusalAsync(leave, Steal));

    [Fact]
    public async Task A6_Session_authorization_cannot_change() =>
        Assert.Equal("42501", await RefusalAsync("SET SESSION AUTHORIZATION pulse_operator", Steal));

    [Theory]
    [InlineData("SELECT * FROM (SELECT set_config('app.tenant_id', 'globex', true) OFFSET 0) x, LATERAL (SELECT * FROM devices) d")]
    [InlineData("SELECT id FROM devices UNION ALL SELECT id FROM devices WHERE set_config('app.tenant_id', 'globex', true) IS NOT NULL")]
    [InlineData("WITH x AS MATERIALIZED (SELECT set_config('app.tenant_id', 'globex', true)) SELECT * FROM x, devices")]
    [InlineData("SELECT set_config('role', 'pulse_operator', true)")]
    public async Task A7_Set_config_works_once_and_never_for_the_tenants_role(string sql) => Assert.Equal("42501", await RefusalAsync(sql));

    [Theory]
    [InlineData("SELECT query_to_xml('set app.tenant_id = ''globex''', true, true, '')", "0A000")]
    [InlineData("SELECT * FROM ts_stat('set app.tenant_id = ''globex''')", "42P11")]
    public async Task A8_Nested_execution_cannot_set_the_tenant(string sql, string sqlState)
    {
        Assert.Equal(sqlState, await RefusalAsync(sql));
        await AssertIsolatedAsync();
    }

    [Fact]
    public async Task A8_Anonymous_blocks_are_refused() =>
        Assert.Equal("42501", await RefusalAsync("DO $$ BEGIN SET LOCAL app.tenant_id = 'globex'; END $$"));

    [Theory]
    [InlineData("SELECT 1; COMMIT; SET ROLE pulse_app; SELECT count(*) FROM devices")]
    [InlineData("SELECT 1; SET LOCAL app.tenant_id = 'globex'")]
    public async Task A9_Stacked_statements_are_a_syntax_error(string sql)
    {
        Assert.Equal("42601", await RefusalAsync(sql));

        await using var scope = await Tenants.OpenAsync(Acme);
        var inScope = await Assert.ThrowsAsync<PostgresException>(() => scope.CreateBatch().Add(sql).ExecuteAsync());
        Assert.Equal("42601", inScope.SqlState);
    }

    [Fact]
    public async Task A10_After_a_lone_commit_the_login_has_no_rights() => Assert.Equal("42501", await RefusalAsync("COMMIT", Steal));

    [Fact]
    public async Task A10_After_a_lone_commit_the_tenant_is_gone_as_well() => Assert.Equal(
        string.Empty,
        await Tenants.CreateBatch(Acme).Add("COMMIT")
            .Add("SELECT concat(current_setting('app.tenant_id', true), current_setting('pulse.ctx', true))").ExecuteScalarAsync<string>());

    [Fact]
    public async Task A11_A_lone_begin_does_not_outlive_the_batch()
    {
        await Tenants.CreateBatch(Acme).Add("BEGIN").Add("INSERT INTO devices (id) VALUES ('left open')").ExecuteAsync();

        await AssertIsolatedAsync();
    }

    [Fact]
    public async Task A12_Rolling_back_to_a_savepoint_stays_in_the_tenant()
    {
        await using var scope = await Tenants.OpenAsync(Acme);
        await scope.CreateBatch().Add("SAVEPOINT s").ExecuteAsync();
        await scope.CreateBatch().Add("ROLLBACK TO SAVEPOINT s").ExecuteAsync();

        Assert.Equal(10, await scope.CreateBatch().Add(Steal).ExecuteScalarAsync<long>());
    }

    [Theory]
    [InlineData("INSERT INTO devices (tenant_id, id) VALUES ('globex', 'planted')")]
    [InlineData("UPDATE devices SET tenant_id = 'globex'")]
    public async Task A13_Rows_cannot_be_written_for_another_tenant(string sql)
    {
        Assert.Equal("42501", await RefusalAsync(sql));
        await AssertIsolatedAsync();
    }

    [Theory]
    [InlineData("UPDATE devices SET name = 'mine' WHERE tenant_id = 'globex'")]
    [InlineData("DELETE FROM devices WHERE tenant_id = 'globex'")]
    public async Task A13_Rows_of_another_tenant_are_not_there_to_be_changed(string sql)
    {
        Assert.Equal(0, await Tenants.CreateBatch(Acme).Add(sql).ExecuteAsync());
        await AssertIsolatedAsync();
    }

    [Fact]
    public void A14_A_malformed_tenant_never_reaches_the_server()
    {
        Assert.Throws<FormatException>(() => TenantId.Parse("x' or 1=1"));
        Assert.Throws<InvalidOperationException>(() => Tenants.CreateBatch(default));
        Assert.Throws<InvalidOperationException>(() => new TenantWork(default));
    }

    [Fact]
    public async Task A14_Opening_a_scope_without_a_tenant_is_refused() =>
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await Tenants.OpenAsync(default));

    [Fact]
    public async Task A15_Row_security_cannot_be_switched_off() =>
        Assert.Equal("42501", await RefusalAsync("SET LOCAL row_security = off", Steal));

    [Theory]
    [InlineData("TRUNCATE devices")]
    [InlineData("CREATE TRIGGER t BEFORE INSERT ON devices FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()")]
    [InlineData("CREATE TABLE public.copy (tenant_id text)")]
    [InlineData("ALTER TABLE devices DISABLE ROW LEVEL SECURITY")]
    [InlineData("DROP POLICY pulse_tenant ON devices")]
    [InlineData("CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT 1'")]
    public async Task A16_The_schema_is_not_the_tenants_to_change(string sql) => Assert.Equal("42501", await RefusalAsync(sql));

    [Fact]
    public async Task A21_A_partition_is_no_way_around_its_table()
    {
        await Database.AsOwnerAsync(
            "CREATE TABLE public.telemetry (tenant_id text NOT NULL, v int) PARTITION BY LIST (tenant_id); CREATE TABLE public.telemetry_globex PARTITION OF public.telemetry FOR VALUES IN ('globex')");
        await Database.AsOwnerAsync(TenantSchema.Protect("public", "telemetry"));
        await Tenants.CreateBatch(Globex).Add("INSERT INTO telemetry (v) VALUES (1)").ExecuteAsync();

        Assert.Equal("42501", await RefusalAsync("SELECT * FROM telemetry_globex"));
        Assert.Equal(0, await Tenants.CreateBatch(Acme).Add("SELECT count(*) FROM telemetry").ExecuteScalarAsync<long>());
    }

    [Fact]
    public async Task A23_A_policy_added_by_mistake_opens_nothing()
    {
        await Database.AsOwnerAsync("CREATE POLICY oops ON public.devices USING (true)");
        try
        {
            await AssertIsolatedAsync();
        }
        finally
        {
            await Database.AsOwnerAsync("DROP POLICY oops ON public.devices");
        }
    }

    [Fact]
    public async Task A24_Dropping_what_the_role_owns_takes_no_protection_away()
    {
        await Tenants.CreateBatch(Acme).Add("DROP OWNED BY pulse_app").ExecuteAsync();

        await AssertIsolatedAsync();
        Assert.Equal("42501", await RefusalAsync("INSERT INTO devices (tenant_id, id) VALUES ('globex', 'planted')"));
    }

    [Fact]
    public virtual async Task A26_Prepared_statements_serve_each_tenant_its_own_rows()
    {
        using var host = await Database.StartHostAsync(PrepareStatements);
        var tenants = (ITenantDatabase)host.Services.GetService(typeof(ITenantDatabase))!;

        for (var round = 0; round < 12; round++)
        {
            Assert.Equal(10, await tenants.CreateBatch(Acme).Add(Steal).ExecuteScalarAsync<long>());
            Assert.Equal(11, await tenants.CreateBatch(Globex).Add(Steal).ExecuteScalarAsync<long>());
        }
    }

    [Fact]
    public async Task A28_Statistics_of_protected_columns_are_hidden()
    {
        await Database.AsSuperuserAsync("ANALYZE public.devices");

        Assert.Equal(0, await Tenants.CreateBatch(Acme).Add("SELECT count(*) FROM pg_stats WHERE tablename = 'devices'").ExecuteScalarAsync<long>());
    }

    private protected void PrepareStatements(PulseTenancyOptions options)
    {
        Configure(options);
        options.AppConnectionString += ";Max Auto Prepare=20;Auto Prepare Min Usages=2";
    }
}

/// <summary>The same with the tenant sealed, beside the latch.</summary>
[Collection(PostgresTests.Name)]
public sealed class SealedAttackTests(PostgresFixture postgres) : AttackTests(postgres)
{
    private protected override bool IsSealed => true;
}

/// <summary>The same through PgBouncer in transaction mode, every call on the one session of the server.</summary>
[Collection(PostgresTests.Name)]
public sealed class PooledAttackTests(PostgresFixture postgres) : AttackTests(postgres)
{
    private protected override bool IsPooled => true;

    [Fact]
    public override async Task A26_Prepared_statements_serve_each_tenant_its_own_rows()
    {
        // Another client's statement might run in their stead, so they are refused there.
        var refusal = await Assert.ThrowsAsync<OptionsValidationException>(() => Database.StartHostAsync(PrepareStatements));

        Assert.Contains("Max Auto Prepare", refusal.Message, StringComparison.Ordinal);
    }
}
