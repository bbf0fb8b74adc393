using System.Globalization;
using System.Security.Cryptography;
using Npgsql;
using Pulse.ReferenceHost.Development;

namespace Pulse.TestKit;

/// <summary>
/// A PostgreSQL cluster for one test run and a fresh database per test class. A missing server fails the tests that need
/// it: nothing is skipped.
/// </summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    private readonly string _folder = Path.Combine("/tmp", "pulse-test-" + RandomNumberGenerator.GetHexString(8, lowercase: true));
    private PostgresCluster? _cluster;
    private int _databases;

    /// <summary>The folder of the Unix socket.</summary>
    public string SocketDirectory => Cluster.SocketDirectory;

    private PostgresCluster Cluster => _cluster ?? throw new InvalidOperationException("The cluster has not been started.");

    public async Task InitializeAsync() =>
        _cluster = await PostgresCluster.StartAsync(
            Path.Combine(_folder, "data"), _folder, "superuser", durable: false, CancellationToken.None);

    /// <summary>Creates an empty database and answers its name.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"test_{Interlocked.Increment(ref _databases)}");
        await using var source = NpgsqlDataSource.Create(SuperuserConnectionString("postgres"));
        await using var command = source.CreateCommand($"CREATE DATABASE {name}");
        await command.ExecuteNonQueryAsync();
        return name;
    }

    public string SuperuserConnectionString(string database) => Cluster.SuperuserConnectionString(database);

    public string ConnectionString(string user, string password, string database) =>
        Cluster.ConnectionString(user, password, database);

    /// <summary>Stops the server, which breaks every connection, and starts it again.</summary>
    public async Task RestartAsync()
    {
        await Cluster.StopAsync(CancellationToken.None);
        await InitializeAsync();
    }

    public async Task DisposeAsync()
    {
        if (_cluster is not null)
        {
            NpgsqlConnection.ClearAllPools();
            await _cluster.StopAsync(CancellationToken.None);
        }

        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }
}

/// <summary>The classes that share one cluster; each creates its own database.</summary>
[CollectionDefinition(Name)]
public sealed class PostgresTests : ICollectionFixture<PostgresFixture>
{
    public const string Name = "PostgreSQL";
}
