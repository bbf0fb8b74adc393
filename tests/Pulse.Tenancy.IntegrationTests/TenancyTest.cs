using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Pulse.TestKit;

namespace Pulse.Tenancy.IntegrationTests;

/// <summary>A test class with a database of its own and a started host on it.</summary>
public abstract class TenancyTest(PostgresFixture postgres) : IAsyncLifetime
{
    private protected static TenantId Acme => TenantedDatabase.Acme;

    private protected static TenantId Globex => TenantedDatabase.Globex;

    private protected TenantedDatabase Database { get; private set; } = null!;

    private protected IHost Host { get; private set; } = null!;

    private protected ITenantDatabase Tenants => Host.Services.GetRequiredService<ITenantDatabase>();

    public async Task InitializeAsync()
    {
        Database = await TenantedDatabase.CreateAsync(postgres);
        await PrepareAsync();
        Host = await Database.StartHostAsync(Configure, AddServices);
    }

    public async Task DisposeAsync()
    {
        await Host.StopAsync();
        Host.Dispose();
    }

    /// <summary>What the schema needs before the host looks at it.</summary>
    private protected virtual Task PrepareAsync() => Task.CompletedTask;

    private protected virtual void Configure(PulseTenancyOptions options) =>
        // One connection: whatever a batch leaves behind, the next one meets.
        options.AppConnectionString = Database.ConnectionString("pulse_app_login") + ";Maximum Pool Size=1";

    private protected virtual void AddServices(IServiceCollection services)
    {
    }

    /// <summary>Runs the statements as Acme and answers the SQLSTATE of the refusal.</summary>
    private protected async Task<string> RefusalAsync(params string[] statements)
    {
        var batch = Tenants.CreateBatch(Acme);
        foreach (var sql in statements)
        {
            batch.Add(sql);
        }

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => batch.ExecuteAsync());
        return refusal.SqlState;
    }

    private protected Task<long> CountAsync(TenantId tenant) =>
        Tenants.CreateBatch(tenant).Add("SELECT count(*) FROM devices").ExecuteScalarAsync<long>();

    private protected async Task AssertIsolatedAsync()
    {
        Assert.Equal(10, await CountAsync(Acme));
        Assert.Equal(11, await CountAsync(Globex));
    }
}
