using System.Text;
using Npgsql;
using Pulse.TestKit;

namespace Pulse.Tenancy.IntegrationTests;

/// <summary>A sealed database with one key, for the classes that only read it.</summary>
public sealed class SealedSqlDatabase(PostgresFixture postgres) : IAsyncLifetime
{
    internal static readonly byte[] Secret = Encoding.ASCII.GetBytes("a secret of at least thirty-two bytes");

    internal TenantedDatabase Database { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Database = await TenantedDatabase.CreateAsync(postgres);
        await Database.AsOwnerAsync(TenantSchema.Seal());
        await AddKeyAsync("k-1", Secret);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    internal Task AddKeyAsync(string kid, byte[] secret) => OwnerAsync(TenantSchema.AddSealKey, kid, secret, DateTime.UtcNow.AddDays(1));

    internal async Task OwnerAsync(string sql, params object[] values)
    {
        await using var source = NpgsqlDataSource.Create(Database.ConnectionString("pulse_migrator") + ";Options=-c role=pulse_owner;Pooling=false");
        await using var command = source.CreateCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        await command.ExecuteNonQueryAsync();
    }
}
