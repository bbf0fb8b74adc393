using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Pulse.EfCoreRecipe;
using Pulse.TestKit;

namespace Pulse.Tenancy.IntegrationTests;

/// <summary>The recipe of samples/EfCoreRecipe: sealed mode, latch on. One connection, so that whatever stays behind is met.</summary>
[Collection(PostgresTests.Name)]
public sealed class EfCoreRecipeTests(PostgresFixture postgres) : TenancyTest(postgres), IAsyncLifetime
{
    private CountingProxy _proxy = null!;
    private NpgsqlDataSource _source = null!;
    private InventoryContextFactory _factory = null!;

    private protected override void Configure(PulseTenancyOptions options)
    {
        base.Configure(options);
        options.Seal = SealedDatabase.Seal;
    }

    private protected override Task PrepareAsync() => Database.AsSuperuserAsync(SealedDatabase.Sql);

    async Task IAsyncLifetime.InitializeAsync()
    {
        await InitializeAsync();
        _proxy = new CountingProxy(Database.SocketDirectory);
        var through = new NpgsqlConnectionStringBuilder(Database.ConnectionString("pulse_app_login")) { Host = _proxy.Directory, MaxPoolSize = 1, Enlist = false };
        _source = NpgsqlDataSource.Create(through.ConnectionString);
        _factory = new InventoryContextFactory(_source, Host.Services.GetRequiredService<ITenantSealer>());
        await using var context = _factory.Create(Acme);
        await context.Devices.CountAsync();
        _proxy.TakeRoundTrips();
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        await _source.DisposeAsync();
        await _proxy.DisposeAsync();
        await DisposeAsync();
    }

    [Fact]
    public async Task Queries_see_the_contexts_tenant_in_one_round_trip_each()
    {
        await using (var acme = _factory.Create(Acme))
        {
            Assert.Equal(10, (await acme.Devices.ToListAsync()).Count);
            Assert.Equal("a1", (await acme.Devices.OrderBy(device => device.Id).FirstAsync()).Id);
            Assert.Equal(10, await acme.Devices.CountAsync());
            Assert.Null(await acme.Devices.FirstOrDefaultAsync(device => device.Id == "g1"));
            Assert.Equal(["acme"], await acme.Database.SqlQuery<string>($"SELECT DISTINCT tenant_id AS \"Value\" FROM devices WHERE id <> {"x"}").ToListAsync());
            Assert.Equal(5, _proxy.TakeRoundTrips());
        }

        await using var globex = _factory.Create(Globex);
        Assert.Equal(11, await globex.Devices.CountAsync());
    }

    [Fact]
    public void Synchronous_calls_are_entered_as_well()
    {
        using var context = _factory.Create(Globex);

        Assert.Equal(11, context.Devices.Count());
        Assert.Equal("g1", context.Devices.Single(device => device.Id == "g1").Id);
        context.Devices.Add(new Device { TenantId = "globex", Id = "sync" });
        Assert.Equal(1, context.SaveChanges());
        Assert.Equal(1, context.Devices.Where(device => device.Id == "sync").ExecuteDelete());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Saving_writes_rows_of_the_tenant(int rows)
    {
        await using var context = _factory.Create(Acme);
        context.Devices.AddRange(Enumerable.Range(0, rows).Select(n => new Device { TenantId = "acme", Id = $"saved-{rows}-{n}" }));

        Assert.Equal(rows, await context.SaveChangesAsync());

        Assert.Equal(rows, await Database.CountAsync($"tenant_id = 'acme' AND id LIKE 'saved-{rows}-%'"));
        Assert.Equal(rows, await context.Devices.Where(device => device.Id.StartsWith($"saved-{rows}-")).ExecuteDeleteAsync());
        Assert.Equal(0, await Database.CountAsync($"id LIKE 'saved-{rows}-%'"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_row_of_another_tenant_is_refused_and_the_rows_with_it(int rows)
    {
        await using var context = _factory.Create(Acme);
        context.Devices.AddRange(Enumerable.Range(0, rows).Select(n => new Device { TenantId = n == rows - 1 ? "globex" : "acme", Id = $"planted-{n}" }));

        var refusal = await Assert.ThrowsAsync<DbUpdateException>(() => context.SaveChangesAsync());

        Assert.Equal(TenancyRefusal.TenantViolation, TenancyErrors.Explain(refusal));
        Assert.Equal(0, await Database.CountAsync("id LIKE 'planted-%'"));
    }

    [Fact]
    public async Task A_transaction_is_entered_once_and_before_its_savepoints()
    {
        await using var context = _factory.Create(Acme);
        await using (var transaction = await context.Database.BeginTransactionAsync())
        {
            // SaveChanges sets a savepoint in a transaction it did not begin, and rolls back to it when it fails.
            context.Devices.Add(new Device { TenantId = "globex", Id = "refused" });
            await Assert.ThrowsAsync<DbUpdateException>(() => context.SaveChangesAsync());
            context.ChangeTracker.Clear();

            context.Devices.Add(new Device { TenantId = "acme", Id = "in transaction" });
            await context.SaveChangesAsync();
            Assert.Equal(11, await context.Devices.CountAsync());
            await transaction.CommitAsync();
        }

        Assert.Equal(1, await Database.CountAsync("id = 'in transaction' AND tenant_id = 'acme'"));
        Assert.Equal(0, await Database.CountAsync("id = 'refused'"));
        Assert.Equal(1, await context.Devices.Where(device => device.Id == "in transaction").ExecuteDeleteAsync());
    }

    [Fact]
    public async Task Statements_of_its_own_do_not_leave_the_tenant()
    {
        await using var context = _factory.Create(Acme);

        var refusal = await Assert.ThrowsAsync<PostgresException>(
            () => context.Database.SqlQuery<int>($"SELECT 1 AS \"Value\"; SET LOCAL pulse.ctx = 'k1.globex.9999999999.00'; SELECT count(*)::int FROM devices").ToListAsync());

        Assert.Equal("PT402", refusal.SqlState);
        await context.Database.ExecuteSqlRawAsync("SET app.tenant_id = 'globex'");
        Assert.Equal(10, await context.Devices.CountAsync());
    }

    [Fact]
    public async Task Without_sealed_mode_there_is_no_sealer_and_without_a_tenant_no_context()
    {
        Assert.Throws<InvalidOperationException>(() => _factory.Create(default));
        using var latched = await Database.StartHostAsync();
        Assert.Contains("Seal", Assert.Throws<InvalidOperationException>(() => latched.Services.GetRequiredService<ITenantSealer>()).Message, StringComparison.Ordinal);
    }
}
