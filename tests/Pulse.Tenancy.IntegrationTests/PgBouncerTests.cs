using System.Globalization;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Pulse.TestKit;

namespace Pulse.Tenancy.IntegrationTests;

/// <summary>A real PgBouncer in transaction mode with two server connections between twelve clients of many tenants.</summary>
[Collection(PostgresTests.Name)]
public sealed class PgBouncerTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const int Clients = 12;
    private const int Calls = 500;
    private const int TenantCount = 7;
    private readonly OperatorGrant _grant = new("alice", "looking through the pooler", TimeSpan.FromMinutes(10));
    private TenantedDatabase _database = null!;
    private PgBouncer _bouncer = null!;
    private IHost _host = null!;

    private ITenantDatabase Tenants => _host.Services.GetRequiredService<ITenantDatabase>();

    public async Task InitializeAsync()
    {
        _database = await TenantedDatabase.CreateAsync(postgres);
        await _database.AsSuperuserAsync(
            $"DELETE FROM public.devices; INSERT INTO public.devices (tenant_id, id) SELECT 't' || t, 'd' || n FROM generate_series(0, {TenantCount - 1}) t, generate_series(1, 20) n WHERE n <= t + 3");
        var (app, reader) = (_database.ConnectionString("pulse_app_login"), _database.ConnectionString("pulse_operator_login"));
        _bouncer = await PgBouncer.StartAsync(_database.SocketDirectory, poolSize: 2, app, reader);
        _host = await _database.StartHostAsync(
            options =>
            {
                options.Pooler = TenantPooler.PgBouncerTransaction;
                options.AppConnectionString = _bouncer.Through(app);
                options.DirectConnectionString = app;
                options.OperatorConnectionString = _bouncer.Through(reader);
            },
            services => services.AddSingleton<IOperatorAccessRecorder, NoRecorder>());
    }

    public async Task DisposeAsync()
    {
        _host.Dispose();
        await _bouncer.DisposeAsync();
    }

    [Fact]
    public async Task Twelve_clients_and_six_thousand_calls_never_see_a_row_of_another_tenant()
    {
        var foreign = 0;
        var calls = 0;
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(async () =>
        {
            for (var call = 0; call < Calls; call++)
            {
                var number = (client + call) % TenantCount;
                var seen = await CallAsync(TenantId.Parse(string.Create(CultureInfo.InvariantCulture, $"t{number}")), (client + call) % 6);
                Interlocked.Add(ref foreign, seen.Count(tenant => tenant != string.Create(CultureInfo.InvariantCulture, $"t{number}")));
                Interlocked.Increment(ref calls);
            }
        })));

        Assert.Equal((Clients * Calls, 0), (calls, foreign));
        Assert.Equal(0, await _database.CountAsync("name <> '' AND name <> tenant_id"));
    }

    [Fact]
    public async Task What_a_tenant_leaves_in_a_session_does_not_reach_the_next()
    {
        foreach (var set in (string[])["SET ROLE pulse_app", "SET app.tenant_id = 't1'", "SET search_path = pg_catalog", "DECLARE c CURSOR WITH HOLD FOR SELECT * FROM devices", "PREPARE mine AS SELECT 1"])
        {
            await Tenants.CreateBatch(TenantId.Parse("t1")).Add(set).ExecuteAsync();
            for (var i = 0; i < 4; i++)
            {
                Assert.Equal(3, await Tenants.CreateBatch(TenantId.Parse("t0")).Add("SELECT count(*) FROM devices").ExecuteScalarAsync<long>());
            }
        }
    }

    [Fact]
    public async Task The_direct_way_goes_around_the_pooler()
    {
        var direct = _host.Services.GetRequiredKeyedService<ITenantDatabase>(PulseTenancyOptions.DirectKey);
        const string Backend = "SELECT pg_backend_pid()";
        await using var scope = await direct.OpenAsync(TenantId.Parse("t0"));

        var pid = await scope.CreateBatch().Add(Backend).ExecuteScalarAsync<int>();

        for (var i = 0; i < 4; i++)
        {
            Assert.NotEqual(pid, await Tenants.CreateBatch(TenantId.Parse("t0")).Add(Backend).ExecuteScalarAsync<int>());
        }
    }

    /// <summary>One call of each shape; answers the tenants of the rows it saw.</summary>
    private async Task<IReadOnlyList<string>> CallAsync(TenantId tenant, int shape)
    {
        const string Read = "SELECT tenant_id FROM devices";
        switch (shape)
        {
            case 0:
            case 1:
                return await Tenants.CreateBatch(tenant).Add(Read + " WHERE id <> $1", "none").QueryAsync(row => row.GetString(0));
            case 2:
                return await Tenants.RunAsync(tenant, async (scope, token) =>
                {
                    var first = await scope.CreateBatch().Add(Read).QueryAsync(row => row.GetString(0), token);
                    return (IReadOnlyList<string>)[.. first, .. await scope.CreateCommittingBatch().Add(Read).QueryAsync(row => row.GetString(0), token)];
                });
            case 3:
                var outcomes = await Tenants.ExecuteManyAsync([new TenantWork(tenant).Add("UPDATE devices SET name = tenant_id WHERE id = 'd1'"), new TenantWork(TenantId.Parse("t0")).Add("UPDATE devices SET name = tenant_id WHERE id = 'd2'")]);
                Assert.All(outcomes, outcome => Assert.Equal((true, 1), (outcome.Succeeded, outcome.RowsAffected)));
                return [];
            case 4:
                await using (var connection = await Tenants.CreateDataSource(tenant).OpenConnectionAsync())
                {
                    return [.. await connection.QueryAsync<string>(Read + " WHERE id <> @id", new { id = "none" })];
                }

            default:
                var seen = await _host.Services.GetRequiredService<IOperatorDatabase>().CreateBatch(_grant)
                    .Add("SELECT count(DISTINCT tenant_id) FROM devices").ExecuteScalarAsync<long>();
                Assert.Equal(TenantCount, seen);
                return [];
        }
    }

    private sealed class NoRecorder : IOperatorAccessRecorder
    {
        public ValueTask RecordAsync(OperatorAccess access, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }
}
