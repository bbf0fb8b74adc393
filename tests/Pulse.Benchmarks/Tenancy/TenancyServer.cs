using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Pulse.ReferenceHost.Development;
using Pulse.Tenancy;
using Pulse.Tenancy.IntegrationTests;

namespace Pulse.Benchmarks.Tenancy;

/// <summary>
/// A private PostgreSQL on a loopback port, bootstrapped, with one table twice: <c>devices</c> under Row-Level Security and
/// <c>devices_bare</c> without. Both have the same rows and the same key; statements are prepared automatically on both sides.
/// </summary>
internal sealed class TenancyServer : IAsyncDisposable
{
    public const int Tenants = 50;
    public const int DevicesPerTenant = 200;

    private const string Database = "measure";
    private readonly string _folder;
    private readonly PostgresCluster _cluster;
    private readonly string _superuser;
    private readonly ServiceProvider _services;
    private ServiceProvider? _sealed;

    private TenancyServer(string folder, PostgresCluster cluster, ServiceProvider services, Func<string, string, string> login)
    {
        AppConnectionString = login("pulse_app_login", "app");
        _superuser = login("postgres", "superuser");
        _folder = folder;
        _cluster = cluster;
        _services = services;
        Bare = NpgsqlDataSource.Create(login("bare", "bare"));
    }

    public ITenantDatabase Ours => _services.GetRequiredService<ITenantDatabase>();

    public string AppConnectionString { get; }

    /// <summary>Npgsql alone, as a login that owns nothing and reads the bare tables.</summary>
    public NpgsqlDataSource Bare { get; }

    public static TenantId Tenant(int number) => TenantId.Parse(string.Create(CultureInfo.InvariantCulture, $"tenant-{number % Tenants}"));

    public static string Device(int number) => string.Create(CultureInfo.InvariantCulture, $"device-{number % DevicesPerTenant}");

    public static async Task<TenancyServer> StartAsync()
    {
        var folder = Path.Combine("/tmp", "pulse-measure-" + RandomNumberGenerator.GetHexString(8, lowercase: true));
        var port = FreePort();
        var cluster = await PostgresCluster.StartAsync(Path.Combine(folder, "data"), folder, "superuser", durable: false, port, CancellationToken.None);
        string Login(string user, string password) =>
            $"Host=127.0.0.1;Port={port};Database={Database};Username={user};Password={password};Max Auto Prepare=20;Auto Prepare Min Usages=2;Maximum Pool Size=4;SSL Mode=Disable";

        await ExecuteAsync(Login("postgres", "superuser").Replace($"Database={Database}", "Database=postgres", StringComparison.Ordinal), $"CREATE DATABASE {Database}");
        await ExecuteAsync(Login("postgres", "superuser"), TenantSchema.Bootstrap(Database) + Schema() + TenantSchema.Protect("public", "devices") + TenantSchema.Protect("public", "readings"));

        var services = new ServiceCollection();
        services.AddLogging();
        services.AddPulseTenancy(options => options.AppConnectionString = Login("pulse_app_login", "app"));
        return new TenancyServer(folder, cluster, services.BuildServiceProvider(), Login);
    }

    /// <summary>Puts the server into sealed mode and answers what enters tenants there.</summary>
    public async Task<ITenantSealer> SealAsync()
    {
        await ExecuteAsync(_superuser, SealedDatabase.Sql);
        _sealed = new ServiceCollection().AddLogging()
            .AddPulseTenancy(options => (options.AppConnectionString, options.Seal) = (AppConnectionString, SealedDatabase.Seal))
            .BuildServiceProvider();
        return _sealed.GetRequiredService<ITenantSealer>();
    }

    public async ValueTask DisposeAsync()
    {
        if (_sealed is not null)
        {
            await _sealed.DisposeAsync();
        }

        await _services.DisposeAsync();
        await Bare.DisposeAsync();
        await _cluster.StopAsync(CancellationToken.None);
        Directory.Delete(_folder, recursive: true);
    }

    private static string Schema() => $"""
        ALTER ROLE pulse_app_login PASSWORD 'app';
        CREATE ROLE bare LOGIN PASSWORD 'bare';
        GRANT CONNECT ON DATABASE {Database} TO bare;
        GRANT USAGE ON SCHEMA public TO bare;
        CREATE TABLE devices (tenant_id text NOT NULL, id text NOT NULL, name text NOT NULL, PRIMARY KEY (tenant_id, id));
        CREATE TABLE readings (tenant_id text NOT NULL, device text NOT NULL, sequence bigint NOT NULL, at timestamptz NOT NULL, value float8 NOT NULL, PRIMARY KEY (tenant_id, device, sequence));
        INSERT INTO devices SELECT 'tenant-' || t, 'device-' || n, 'pump ' || n FROM generate_series(0, {Tenants - 1}) t, generate_series(0, {DevicesPerTenant - 1}) n;
        CREATE TABLE devices_bare (LIKE devices INCLUDING ALL);
        INSERT INTO devices_bare SELECT * FROM devices;
        CREATE TABLE readings_bare (LIKE readings INCLUDING ALL);
        GRANT SELECT, INSERT, TRUNCATE ON devices_bare, readings_bare TO bare;
        ANALYZE;

        """;

    private static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connectionString + ";Pooling=false");
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
