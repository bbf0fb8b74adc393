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
    public async Task Many_tenants_are_one_round_trip()
    {
        var work = Enumerable.Range(0, 20)
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
