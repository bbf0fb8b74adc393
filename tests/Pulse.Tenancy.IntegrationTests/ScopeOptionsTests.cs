using System.Data;
using Npgsql;
using Pulse.TestKit;

namespace Pulse.Tenancy.IntegrationTests;

[Collection(PostgresTests.Name)]
public sealed class ScopeOptionsTests(PostgresFixture postgres) : TenancyTest(postgres)
{
    private const string Insert = "INSERT INTO devices (id) VALUES ($1)";

    [Theory]
    [InlineData(IsolationLevel.Unspecified, "read committed")]
    [InlineData(IsolationLevel.RepeatableRead, "repeatable read")]
    [InlineData(IsolationLevel.Serializable, "serializable")]
    public async Task A_scope_has_the_isolation_that_was_asked_for(IsolationLevel isolation, string expected)
    {
        await using var scope = await Tenants.OpenAsync(Acme, new TenantScopeOptions { Isolation = isolation });

        Assert.Equal(expected, await scope.CreateBatch().Add("SHOW transaction_isolation").ExecuteScalarAsync<string>());
    }

    [Fact]
    public async Task A_read_only_scope_writes_nothing_and_cannot_be_changed_back()
    {
        await using (var scope = await Tenants.OpenAsync(Acme, new TenantScopeOptions { ReadOnly = true }))
        {
            Assert.Equal(10, await scope.CreateBatch().Add("SELECT count(*) FROM devices").ExecuteScalarAsync<long>());
            await Assert.ThrowsAsync<PostgresException>(() => scope.CreateBatch().Add("SET LOCAL transaction_read_only = off").ExecuteAsync());
        }

        await using (var scope = await Tenants.OpenAsync(Acme, new TenantScopeOptions { ReadOnly = true }))
        {
            var refusal = await Assert.ThrowsAsync<PostgresException>(() => scope.CreateBatch().Add(Insert, "x").ExecuteAsync());
            Assert.Equal("25006", refusal.SqlState);
        }

        await Tenants.CreateBatch(Acme).Add("UPDATE devices SET name = name").ExecuteAsync();
    }

    [Fact]
    public async Task A_statement_timeout_ends_the_statement_and_not_the_next_scope()
    {
        var options = new TenantScopeOptions { StatementTimeout = TimeSpan.FromMilliseconds(50.5) };
        await using (var scope = await Tenants.OpenAsync(Acme, options))
        {
            Assert.Equal("51ms", await scope.CreateBatch().Add("SHOW statement_timeout").ExecuteScalarAsync<string>());
            var refusal = await Assert.ThrowsAsync<PostgresException>(() => scope.CreateBatch().Add("SELECT pg_sleep(30)").ExecuteAsync());
            Assert.Equal("57014", refusal.SqlState);
        }

        Assert.Equal("0", await Tenants.CreateBatch(Acme).Add("SHOW statement_timeout").ExecuteScalarAsync<string>());
    }

    [Fact]
    public async Task A_committing_batch_answers_what_stands()
    {
        await using (var scope = await Tenants.OpenAsync(Acme))
        {
            await scope.CreateBatch().Add(Insert, "ridden-1").ExecuteAsync();
            var ids = await scope.CreateCommittingBatch()
                .Add("SELECT 'not this'")
                .Add("INSERT INTO devices (id) VALUES ('ridden-2'), ('ridden-3') RETURNING id")
                .QueryAsync(row => row.GetString(0));

            Assert.Equal(["ridden-2", "ridden-3"], ids);
            Assert.Throws<InvalidOperationException>(() => scope.CreateBatch());
            await Assert.ThrowsAsync<InvalidOperationException>(() => scope.CommitAsync());
        }

        Assert.Equal(3, await Database.CountAsync("id LIKE 'ridden-%'"));
        await AssertNotInTransactionAsync();
    }

    [Fact]
    public async Task A_committing_batch_may_be_the_first()
    {
        await using (var scope = await Tenants.OpenAsync(Globex))
        {
            Assert.Equal(1, await scope.CreateCommittingBatch().Add(Insert, "first-and-last").ExecuteAsync());
        }

        Assert.Equal(1, await Database.CountAsync("id = 'first-and-last' AND tenant_id = 'globex'"));
    }

    [Fact]
    public async Task A_committing_batch_that_is_refused_leaves_nothing()
    {
        await using (var scope = await Tenants.OpenAsync(Acme))
        {
            await scope.CreateBatch().Add(Insert, "undone").ExecuteAsync();
            await Assert.ThrowsAsync<PostgresException>(() => scope.CreateCommittingBatch().Add("SELECT 1 / 0").ExecuteAsync());
        }

        Assert.Equal(0, await Database.CountAsync("id = 'undone'"));
        await AssertNotInTransactionAsync();
    }

    [Fact]
    public async Task A37_A_committing_batch_whose_commit_is_refused_gives_no_value()
    {
        await Database.AsOwnerAsync(
            "CREATE TABLE public.later (tenant_id text NOT NULL, id int, CONSTRAINT later_key UNIQUE (tenant_id, id) DEFERRABLE INITIALLY DEFERRED)");
        await Database.AsOwnerAsync(TenantSchema.Protect("public", "later"));
        await using var scope = await Tenants.OpenAsync(Acme);

        var refusal = await Assert.ThrowsAsync<PostgresException>(
            () => scope.CreateCommittingBatch().Add("INSERT INTO later (id) VALUES (1), (1) RETURNING id").ExecuteScalarAsync<int>());

        Assert.Equal("23505", refusal.SqlState);
    }

    private async Task AssertNotInTransactionAsync() => Assert.Equal(
        0, await Database.ScalarAsSuperuserAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE usename = 'pulse_app_login' AND state LIKE 'idle in transaction%' AND datname = current_database()"));
}
