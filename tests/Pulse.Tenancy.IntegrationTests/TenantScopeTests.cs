using Npgsql;
using Pulse.TestKit;

namespace Pulse.Tenancy.IntegrationTests;

[Collection(PostgresTests.Name)]
public sealed class TenantScopeTests(PostgresFixture postgres) : TenancyTest(postgres)
{
    private const string Insert = "INSERT INTO devices (id) VALUES ($1)";

    [Fact]
    public async Task Commits_what_all_its_batches_did()
    {
        await using (var scope = await Tenants.OpenAsync(Acme))
        {
            Assert.Equal(Acme, scope.Tenant);
            await scope.CreateBatch().Add(Insert, "first").ExecuteAsync();
            await scope.CreateBatch().Add(Insert, "second").ExecuteAsync();
            Assert.Equal(12, await scope.CreateBatch().Add("SELECT count(*) FROM devices").ExecuteScalarAsync<long>());
            await scope.CommitAsync();
        }

        Assert.Equal(2, await Database.CountAsync("tenant_id = 'acme' AND id IN ('first', 'second')"));
    }

    [Fact]
    public async Task Rolls_back_without_a_commit()
    {
        await using (var scope = await Tenants.OpenAsync(Acme))
        {
            await scope.CreateBatch().Add(Insert, "forgotten").ExecuteAsync();
        }

        Assert.Equal(0, await Database.CountAsync("id = 'forgotten'"));
    }

    [Fact]
    public async Task An_unused_scope_leaves_nothing_behind()
    {
        await using (await Tenants.OpenAsync(Acme))
        {
        }

        await using (var scope = await Tenants.OpenAsync(Acme))
        {
            await scope.CommitAsync();
        }

        Assert.Equal(11, await Tenants.CreateBatch(Globex).Add("SELECT count(*) FROM devices").ExecuteScalarAsync<long>());
    }

    [Fact]
    public async Task Refuses_to_commit_after_a_failed_batch()
    {
        await using var scope = await Tenants.OpenAsync(Acme);
        await scope.CreateBatch().Add(Insert, "doomed").ExecuteAsync();
        await Assert.ThrowsAsync<PostgresException>(() => scope.CreateBatch().Add("SELECT 1 / 0").ExecuteAsync());

        await Assert.ThrowsAsync<InvalidOperationException>(() => scope.CommitAsync());
    }

    [Fact]
    public async Task Commits_after_a_savepoint_made_a_failure_good()
    {
        await using (var scope = await Tenants.OpenAsync(Acme))
        {
            await scope.CreateBatch().Add(Insert, "kept").Add("SAVEPOINT s").ExecuteAsync();
            await Assert.ThrowsAsync<PostgresException>(() => scope.CreateBatch().Add("SELECT 1 / 0").ExecuteAsync());
            await scope.CreateBatch().Add("ROLLBACK TO SAVEPOINT s").ExecuteAsync();
            await scope.CommitAsync();
        }

        Assert.Equal(1, await Database.CountAsync("id = 'kept'"));
    }

    [Fact]
    public async Task A_failed_first_batch_leaves_no_way_to_go_on()
    {
        await using var scope = await Tenants.OpenAsync(Acme);
        await Assert.ThrowsAsync<PostgresException>(() => scope.CreateBatch().Add("SELECT 1 / 0").ExecuteAsync());

        var refusal = await Assert.ThrowsAsync<PostgresException>(
            () => scope.CreateBatch().Add("SELECT count(*) FROM devices").ExecuteAsync());

        Assert.Equal("25P02", refusal.SqlState);
    }

    [Fact]
    public async Task A_reader_that_throws_does_not_let_the_next_batch_out_of_the_tenant()
    {
        await using var scope = await Tenants.OpenAsync(Acme);
        await Assert.ThrowsAsync<FormatException>(
            () => scope.CreateBatch().Add("SELECT id FROM devices").QueryAsync<int>(_ => throw new FormatException()));

        Assert.Equal("pulse_app", await scope.CreateBatch().Add("SELECT current_user::text").ExecuteScalarAsync<string>());
    }

    [Fact]
    public async Task Is_of_no_use_after_its_end()
    {
        var scope = await Tenants.OpenAsync(Acme);
        var batch = scope.CreateBatch().Add("SELECT 1");
        await scope.CommitAsync();

        Assert.Throws<InvalidOperationException>(() => scope.CreateBatch());
        await Assert.ThrowsAsync<InvalidOperationException>(() => scope.CommitAsync());
        await Assert.ThrowsAsync<InvalidOperationException>(() => batch.ExecuteAsync());
        await scope.DisposeAsync();
    }

    [Fact]
    public async Task A35_A_second_scope_in_an_ambient_transaction_has_a_connection_of_its_own()
    {
        using var host = await Database.StartHostAsync();
        var tenants = (ITenantDatabase)host.Services.GetService(typeof(ITenantDatabase))!;
        using var ambient = new System.Transactions.TransactionScope(System.Transactions.TransactionScopeAsyncFlowOption.Enabled);

        await using (var first = await tenants.OpenAsync(Acme))
        {
            Assert.Equal(10, await first.CreateBatch().Add("SELECT count(*) FROM devices").ExecuteScalarAsync<long>());
        }

        Assert.Equal(11, await tenants.CreateBatch(Globex).Add("SELECT count(*) FROM devices").ExecuteScalarAsync<long>());
    }
}
