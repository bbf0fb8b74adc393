using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Pulse.TestKit;

namespace Pulse.Tenancy.IntegrationTests;

/// <summary>Counted on the wire, on a warm connection.</summary>
[Collection(PostgresTests.Name)]
public sealed class RoundTripTests(PostgresFixture postgres) : IAsyncLifetime
{
    private CountingProxy _proxy = null!;
    private IHost _host = null!;

    private ITenantDatabase Tenants => _host.Services.GetRequiredService<ITenantDatabase>();

    private static TenantId Acme => TenantedDatabase.Acme;

    public async Task InitializeAsync()
    {
        var database = await TenantedDatabase.CreateAsync(postgres);
        _proxy = new CountingProxy(database.SocketDirectory);
        _host = await database.StartHostAsync(
            options =>
            {
                options.AppConnectionString = Through(database, "pulse_app_login");
                options.OperatorConnectionString = Through(database, "pulse_operator_login");
            },
            services => services.AddSingleton<IOperatorAccessRecorder, NoRecorder>());
        _proxy.TakeRoundTrips();
    }

    public async Task DisposeAsync()
    {
        _host.Dispose();
        await _proxy.DisposeAsync();
    }

    [Fact]
    public async Task A_batch_is_one_round_trip()
    {
        await Tenants.CreateBatch(Acme).Add("SELECT count(*) FROM devices").ExecuteScalarAsync<long>();
        Assert.Equal(1, _proxy.TakeRoundTrips());

        await Tenants.CreateBatch(Acme).Add("UPDATE devices SET name = $1", "x").Add("SELECT id FROM devices").QueryAsync(row => row.GetString(0));
        Assert.Equal(1, _proxy.TakeRoundTrips());
    }

    [Fact]
    public async Task A_scope_is_one_round_trip_for_each_batch_and_one_for_the_commit()
    {
        await using var scope = await Tenants.OpenAsync(Acme);
        Assert.Equal(0, _proxy.TakeRoundTrips());

        await scope.CreateBatch().Add("SELECT 1").ExecuteAsync();
        Assert.Equal(1, _proxy.TakeRoundTrips());

        await scope.CreateBatch().Add("SELECT 2").ExecuteAsync();
        Assert.Equal(1, _proxy.TakeRoundTrips());

        await scope.CommitAsync();
        Assert.Equal(1, _proxy.TakeRoundTrips());
    }

    [Fact]
    public async Task A_scope_of_one_statement_is_one_round_trip_with_its_commit()
    {
        var options = new TenantScopeOptions { Isolation = System.Data.IsolationLevel.Serializable, StatementTimeout = TimeSpan.FromMinutes(1) };
        await using (var scope = await Tenants.OpenAsync(Acme, options))
        {
            Assert.Equal(10, await scope.CreateCommittingBatch().Add("SELECT count(*) FROM devices").ExecuteScalarAsync<long>());
        }

        Assert.Equal(1, _proxy.TakeRoundTrips());

        await Tenants.RunAsync(Acme, (scope, token) => scope.CreateCommittingBatch().Add("UPDATE devices SET name = 'y'").ExecuteAsync(token));
        Assert.Equal(1, _proxy.TakeRoundTrips());
    }

    [Fact]
    public async Task A_bulk_insert_is_one_round_trip()
    {
        var map = new BulkMap<int>("public", "devices").Add("id", NpgsqlTypes.NpgsqlDbType.Text, n => $"bulk-{n}");

        Assert.Equal(100, await Tenants.BulkInsertAsync(Acme, map, Enumerable.Range(0, 100).ToList()));

        Assert.Equal(1, _proxy.TakeRoundTrips());
    }

    [Fact]
    public async Task A_command_of_Dapper_is_one_round_trip()
    {
        await using (var connection = await Tenants.CreateDataSource(Acme).OpenConnectionAsync())
        {
            Assert.Equal(10, await connection.ExecuteScalarAsync<long>("SELECT count(*) FROM devices WHERE id <> @id", new { id = "x" }));
            Assert.Equal(1, _proxy.TakeRoundTrips());
        }

        await using var scope = await Tenants.OpenAsync(Acme);
        await scope.Connection.QueryAsync<string>("SELECT id FROM devices WHERE id = @id", new { id = "x" });
        Assert.Equal(1, _proxy.TakeRoundTrips());
    }

    [Fact]
    public async Task One_bad_item_among_fifty_of_a_tenant_costs_five_round_trips_more()
    {
        var work = Enumerable.Range(0, 50)
            .Select(n => new TenantWork(Acme).Add("INSERT INTO devices (id) VALUES ($1)", n == 30 ? "a1" : $"split-{n}")).ToList();

        var outcomes = await Tenants.ExecuteManyAsync(work);

        Assert.Equal([30], outcomes.Index().Where(outcome => !outcome.Item.Succeeded).Select(outcome => outcome.Index));
        // All together, the items before, that item, the items behind; and a ROLLBACK after each of the two refusals.
        Assert.Equal(6, _proxy.TakeRoundTrips());
    }

    [Fact]
    public async Task Fifty_tenants_are_one_round_trip()
    {
        var work = Enumerable.Range(0, 50)
            .Select(n => new TenantWork(TenantId.Parse($"tenant-{n}")).Add("INSERT INTO devices (id) VALUES ($1)", $"d{n}")).ToList();

        var outcomes = await Tenants.ExecuteManyAsync(work);

        Assert.All(outcomes, outcome => Assert.True(outcome.Succeeded));
        Assert.Equal(1, _proxy.TakeRoundTrips());
    }

    [Fact]
    public async Task An_operators_batch_with_its_grant_has_one_flush()
    {
        var grant = new OperatorGrant("alice", "counting the round trips", TimeSpan.FromMinutes(1));

        await _host.Services.GetRequiredService<IOperatorDatabase>().CreateBatch(grant).Add("SELECT count(*) FROM devices").ExecuteScalarAsync<long>();

        Assert.Equal(1, _proxy.TakeRoundTrips());
    }

    private string Through(TenantedDatabase database, string login) =>
        new NpgsqlConnectionStringBuilder(database.ConnectionString(login)) { Host = _proxy.Directory, MaxPoolSize = 1 }.ConnectionString;

    private sealed class NoRecorder : IOperatorAccessRecorder
    {
        public ValueTask RecordAsync(OperatorAccess access, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }
}
