using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Pulse.TestKit;

namespace Pulse.Tenancy.IntegrationTests;

/// <summary>
/// What each mode stops, as the README says: plain (nothing revoked), latch (the default), sealed (here with the latch open,
/// as on a managed server). Statements of each test are what an injection could bring into a tenant's batch.
/// </summary>
public abstract class ModeTests(PostgresFixture postgres) : TenancyTest(postgres)
{
    protected const string Count = "SELECT count(*) FROM public.devices";

    public static TheoryData<string> Expressions =>
    [
        "SELECT count(*) FROM (SELECT set_config('app.tenant_id', 'globex', true) OFFSET 0) x, LATERAL (SELECT * FROM devices) d",
        "WITH x AS MATERIALIZED (SELECT set_config('app.tenant_id', 'globex', true)) SELECT count(*) FROM x, devices",
    ];

    public static TheoryData<string> SealExpressions =>
    [
        "SELECT count(*) FROM (SELECT set_config('pulse.ctx', '1.globex.9999999999.00', true) OFFSET 0) x, LATERAL (SELECT * FROM devices) d",
        "SELECT count(*) FROM (SELECT set_config('pulse.ctx', 'k1.globex.9999999999.' || repeat('0', 64), true) OFFSET 0) x, LATERAL (SELECT * FROM devices) d",
    ];

    /// <summary>Opens the latch as a database that was never bootstrapped has it.</summary>
    private protected Task OpenLatchAsync() => Database.AsSuperuserAsync(
        "GRANT EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) TO PUBLIC; GRANT USAGE ON LANGUAGE plpgsql TO PUBLIC");

    /// <summary>Rows the last statement counted, or the SQLSTATE of the refusal.</summary>
    private protected async Task<string> AnswerAsync(params string[] statements)
    {
        var batch = Tenants.CreateBatch(Acme);
        foreach (var sql in statements)
        {
            batch.Add(sql);
        }

        try
        {
            return $"{await batch.ExecuteScalarAsync<long>()} rows";
        }
        catch (PostgresException refusal)
        {
            return refusal.SqlState;
        }
    }
}

/// <summary>Without latch and seal the tenant is a setting anybody may change: Row-Level Security alone stops no injection.</summary>
[Collection(PostgresTests.Name)]
public class PlainModeTests(PostgresFixture postgres) : ModeTests(postgres)
{
    [Theory]
    [MemberData(nameof(Expressions))]
    public async Task A7_An_expression_crosses(string sql)
    {
        await OpenLatchAsync();

        Assert.Equal("11 rows", await AnswerAsync(sql));
    }

    [Fact]
    public async Task A8_An_anonymous_block_and_a_statement_cross()
    {
        await OpenLatchAsync();

        Assert.Equal("11 rows", await AnswerAsync("DO $$ BEGIN SET LOCAL app.tenant_id = 'globex'; END $$", Count));
        Assert.Equal("11 rows", await AnswerAsync("SET LOCAL app.tenant_id = 'globex'", Count));
    }

    [Fact]
    public async Task A1_to_A6_Roles_keep_their_limits()
    {
        await OpenLatchAsync();

        Assert.Equal("42501", await AnswerAsync("SET ROLE pulse_operator", Count));
        Assert.Equal("42501", await AnswerAsync("RESET ROLE", Count));
        Assert.Equal("42501", await AnswerAsync("SET SESSION AUTHORIZATION pulse_operator", Count));
        Assert.Equal("42501", await AnswerAsync("SET LOCAL row_security = off", Count));
    }
}

/// <summary>The latch stops every expression and block; only a whole statement of its own could still set another tenant.</summary>
[Collection(PostgresTests.Name)]
public class LatchModeTests(PostgresFixture postgres) : ModeTests(postgres)
{
    [Theory]
    [MemberData(nameof(Expressions))]
    public async Task A7_An_expression_is_refused(string sql) => Assert.Equal("42501", await AnswerAsync(sql));

    [Fact]
    public async Task A8_An_anonymous_block_is_refused() =>
        Assert.Equal("42501", await AnswerAsync("DO $$ BEGIN SET LOCAL app.tenant_id = 'globex'; END $$", Count));

    [Fact]
    public async Task A_whole_statement_would_cross_which_is_why_foreign_code_needs_sealed_mode() =>
        Assert.Equal("11 rows", await AnswerAsync("SET LOCAL app.tenant_id = 'globex'", Count));
}

/// <summary>The seal stops them all, with the latch open.</summary>
[Collection(PostgresTests.Name)]
public class SealedModeTests(PostgresFixture postgres) : ModeTests(postgres)
{
    private protected override void Configure(PulseTenancyOptions options)
    {
        base.Configure(options);
        options.OperatorConnectionString = Reach("pulse_operator_login");
    }

    private protected override void AddServices(IServiceCollection services) => services.AddSingleton<IOperatorAccessRecorder, NoRecorder>();

    private protected override bool IsSealed => true;

    private protected override Task PrepareAsync() => OpenLatchAsync();

    [Fact]
    public async Task Tenants_see_their_rows_and_write_them_in_every_shape()
    {
        await AssertIsolatedAsync();
        var outcomes = await Tenants.ExecuteManyAsync(
            [new TenantWork(Acme).Add("INSERT INTO devices (id) VALUES ('sealed')"), new TenantWork(Globex).Add("INSERT INTO devices (id) VALUES ('sealed')")]);
        Assert.All(outcomes, outcome => Assert.True(outcome.Succeeded));
        await using (var scope = await Tenants.OpenAsync(Globex))
        {
            Assert.Equal(12, await scope.CreateBatch().Add(Count).ExecuteScalarAsync<long>());
        }

        Assert.Equal("42501", await AnswerAsync("INSERT INTO devices (tenant_id, id) VALUES ('globex', 'planted') RETURNING 1"));
    }

    [Theory]
    [MemberData(nameof(Expressions))]
    public async Task A7_An_expression_that_names_a_tenant_changes_nothing(string sql) => Assert.Equal("10 rows", await AnswerAsync(sql));

    [Theory]
    [MemberData(nameof(SealExpressions))]
    public async Task A32_A_forged_seal_is_refused(string sql) => Assert.Equal("PT402", await AnswerAsync(sql));

    [Theory]
    [InlineData("SET LOCAL app.tenant_id = 'globex'", "10 rows")]
    [InlineData("SET LOCAL pulse.ctx = 'k1.globex.9999999999.00'", "PT402")]
    [InlineData("SET LOCAL pulse.ctx = 'globex'", "PT402")]
    [InlineData("SET LOCAL pulse.ctx = ''", "PT401")]
    [InlineData("RESET pulse.ctx", "PT401")]
    [InlineData("DO $$ BEGIN SET LOCAL pulse.ctx = 'k1.globex.9999999999.00'; END $$", "PT402")]
    [InlineData("SET ROLE pulse_operator", "42501")]
    [InlineData("RESET ROLE", "42501")]
    public async Task A32_A_whole_statement_does_not_cross(string statement, string expected) => Assert.Equal(expected, await AnswerAsync(statement, Count));

    [Fact]
    public async Task A32_A_replayed_seal_opens_its_own_tenant_and_no_key_is_readable()
    {
        Assert.Equal("10 rows", await AnswerAsync("SELECT set_config('pulse.ctx', current_setting('pulse.ctx'), true)", Count));
        Assert.Equal("42501", await AnswerAsync("SELECT count(*) FROM pulse.seal_key"));
    }

    [Fact]
    public async Task An_expired_seal_and_a_key_the_server_does_not_know_are_refused_and_explained()
    {
        foreach (var (keyId, behind) in (IEnumerable<(string, TimeSpan)>)[("k1", TimeSpan.FromMinutes(11)), ("k9", TimeSpan.Zero)])
        {
            using var host = await Database.StartHostAsync(
                options => options.Seal = new TenantSealOptions { KeyId = keyId, Secret = Convert.ToBase64String(SealedDatabase.Secret) },
                services => services.AddSingleton<TimeProvider>(new ClockBehind(behind)));
            var batch = host.Services.GetRequiredService<ITenantDatabase>().CreateBatch(Acme).Add(Count);

            var refusal = await Assert.ThrowsAsync<PostgresException>(() => batch.ExecuteScalarAsync<long>());

            Assert.Equal(TenancyRefusal.BadSeal, TenancyErrors.Explain(refusal));
        }
    }

    [Fact]
    public async Task A_transaction_that_began_in_time_goes_on_after_its_seal_expired()
    {
        using var host = await Database.StartHostAsync(options => options.Seal = new TenantSealOptions
        {
            KeyId = SealedDatabase.KeyId, Secret = Convert.ToBase64String(SealedDatabase.Secret), Lifetime = TimeSpan.FromSeconds(10),
        });
        await using var scope = await host.Services.GetRequiredService<ITenantDatabase>().OpenAsync(Acme);

        var expired = await scope.CreateBatch()
            .Add("SELECT pg_sleep_until(to_timestamp(split_part(current_setting('pulse.ctx'), '.', 3)::bigint + 1))")
            .Add(Count + " WHERE clock_timestamp() > to_timestamp(split_part(current_setting('pulse.ctx'), '.', 3)::bigint)")
            .ExecuteScalarAsync<long>();

        Assert.Equal(10, expired);
    }

    [Fact]
    public async Task A_raw_connection_is_entered_belongs_to_the_scope_and_cannot_leave_its_tenant()
    {
        await using (var scope = await Tenants.OpenAsync(Acme))
        {
            var raw = await scope.GetRawConnectionAsync();
            await using var command = new NpgsqlCommand("SET LOCAL app.tenant_id = 'globex'; SELECT count(*) FROM devices", raw);
            Assert.Equal(10L, await command.ExecuteScalarAsync());
            using (var export = await raw.BeginTextExportAsync("COPY devices (tenant_id) TO STDOUT"))
            {
                Assert.All((await export.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Equal("acme", line));
            }

            await scope.CreateBatch().Add("INSERT INTO devices (id) VALUES ('after raw')").ExecuteAsync();
            Assert.Same(raw, await scope.GetRawConnectionAsync());
            await scope.CommitAsync();
            await Assert.ThrowsAsync<InvalidOperationException>(() => scope.GetRawConnectionAsync());
        }

        Assert.Equal(1, await Database.CountAsync("id = 'after raw' AND tenant_id = 'acme'"));
    }

    [Fact]
    public async Task A_failure_on_the_raw_connection_is_not_committed_in_silence()
    {
        await using (var scope = await Tenants.OpenAsync(Acme))
        {
            await scope.CreateBatch().Add("INSERT INTO devices (id) VALUES ('raw and lost')").ExecuteAsync();
            await using var command = new NpgsqlCommand("SELECT 1 / 0", await scope.GetRawConnectionAsync());
            await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteScalarAsync());

            var refusal = await Assert.ThrowsAsync<PostgresException>(() => scope.CommitAsync());
            Assert.Equal("25P02", refusal.SqlState);
        }

        Assert.Equal(0, await Database.CountAsync("id = 'raw and lost'"));
    }

    [Fact]
    public async Task An_operators_target_is_sealed_as_well()
    {
        var operators = Host.Services.GetRequiredService<IOperatorDatabase>();
        var grant = new OperatorGrant("alice", "reading in sealed mode", TimeSpan.FromMinutes(1), Acme);

        Assert.Equal("acme", await operators.CreateBatch(grant).Add("SELECT pulse.tenant_id()").ExecuteScalarAsync<string>());
        Assert.Equal(21, await operators.CreateBatch(grant).Add(Count).ExecuteScalarAsync<long>());
    }

    private sealed class ClockBehind(TimeSpan behind) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() - behind;
    }

    private sealed class NoRecorder : IOperatorAccessRecorder
    {
        public ValueTask RecordAsync(OperatorAccess access, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }
}
