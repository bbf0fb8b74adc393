using Npgsql;
using Pulse.TestKit;

namespace Pulse.Tenancy.IntegrationTests;

/// <summary>A25: what one tenant leaves in a session, the next one on the same connection must not meet. The pool holds one connection.</summary>
[Collection(PostgresTests.Name)]
public class PoolLeakTests(PostgresFixture postgres) : TenancyTest(postgres)
{
    [Fact]
    public async Task A25_A_cursor_with_hold_does_not_reach_the_next_tenant()
    {
        await Tenants.CreateBatch(Acme).Add("DECLARE c CURSOR WITH HOLD FOR SELECT id FROM devices").ExecuteAsync();

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => Tenants.CreateBatch(Globex).Add("FETCH ALL FROM c").ExecuteAsync());

        Assert.Equal("34000", refusal.SqlState);
    }

    [Fact]
    public async Task A25_A_temporary_table_cannot_shadow_a_real_one() =>
        Assert.Equal("42501", await RefusalAsync("CREATE TEMP TABLE shadow AS SELECT * FROM devices"));

    [Theory]
    [InlineData("SET ROLE pulse_app")]
    [InlineData("SET app.tenant_id = 'acme'")]
    [InlineData("SET search_path = pg_catalog")]
    [InlineData("SET statement_timeout = 1")]
    public async Task A25_A_session_setting_does_not_reach_the_next_tenant(string set)
    {
        await Tenants.CreateBatch(Acme).Add(set).ExecuteAsync();

        await AssertIsolatedAsync();
    }

    [Fact]
    public async Task A25_A_session_lock_does_not_outlive_its_lease()
    {
        await Tenants.CreateBatch(Acme).Add("SELECT pg_advisory_lock(42)").ExecuteAsync();
        await CountAsync(Globex);

        Assert.Equal(0, await Database.ScalarAsSuperuserAsync<long>("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"));
    }

    [Fact]
    public async Task A25_A_prepared_statement_does_not_reach_the_next_tenant()
    {
        await Tenants.CreateBatch(Acme).Add("PREPARE mine AS SELECT id FROM devices").ExecuteAsync();

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => Tenants.CreateBatch(Globex).Add("EXECUTE mine").ExecuteAsync());

        Assert.Equal("26000", refusal.SqlState);
    }

    [Fact]
    public async Task A36_A_cancelled_batch_leaves_a_clean_connection()
    {
        using var leave = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Tenants.CreateBatch(Acme).Add("SELECT pg_sleep(30)").ExecuteAsync(leave.Token));

        await AssertIsolatedAsync();
    }
}

/// <summary>The same through PgBouncer in transaction mode, which resets the server's one session between transactions.</summary>
[Collection(PostgresTests.Name)]
public sealed class PooledPoolLeakTests(PostgresFixture postgres) : PoolLeakTests(postgres)
{
    private protected override bool IsPooled => true;
}
