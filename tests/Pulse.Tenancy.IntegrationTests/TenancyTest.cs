using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Pulse.TestKit;

namespace Pulse.Tenancy.IntegrationTests;

/// <summary>A test class with a database of its own and a started host on it.</summary>
/// <remarks>A class that derives from one with tests runs them again in another mode, or by way of a pooler.</remarks>
public abstract class TenancyTest(PostgresFixture postgres) : IAsyncLifetime
{
    private PgBouncer? _bouncer;

    private protected static TenantId Acme => TenantedDatabase.Acme;

    private protected static TenantId Globex => TenantedDatabase.Globex;

    private protected TenantedDatabase Database { get; private set; } = null!;

    private protected IHost Host { get; private set; } = null!;

    private protected ITenantDatabase Tenants => Host.Services.GetRequiredService<ITenantDatabase>();

    public async Task InitializeAsync()
    {
        Database = await TenantedDatabase.CreateAsync(postgres);
        if (IsSealed)
        {
            await Database.AsSuperuserAsync(SealedDatabase.Sql);
        }

        await PrepareAsync();
        if (IsPooled)
        {
            // One connection of the server, too, so that all sessions are the same one.
            var logins = ((string[])["pulse_app_login", "pulse_operator_login", "pulse_operator_write_login"]).Select(Database.ConnectionString);
            _bouncer = await PgBouncer.StartAsync(Database.SocketDirectory, poolSize: 1, [.. logins]);
        }

        Host = await Database.StartHostAsync(Configure, AddServices);
    }

    public async Task DisposeAsync()
    {
        await Host.StopAsync();
        Host.Dispose();
        if (_bouncer is not null)
        {
            await _bouncer.DisposeAsync();
        }
    }

    /// <summary>Whether the tenant travels sealed.</summary>
    private protected virtual bool IsSealed => false;

    /// <summary>Whether the host reaches the server by way of a PgBouncer in transaction mode.</summary>
    private protected virtual bool IsPooled => false;

    /// <summary>A login's way to the server as the host takes it.</summary>
    private protected string Reach(string login) => _bouncer is null ? Database.ConnectionString(login) : _bouncer.Through(Database.ConnectionString(login));

    /// <summary>What the schema needs before the host looks at it.</summary>
    private protected virtual Task PrepareAsync() => Task.CompletedTask;

    private protected virtual void Configure(PulseTenancyOptions options)
    {
        // One connection: whatever a batch leaves behind, the next one meets.
        options.AppConnectionString = Reach("pulse_app_login") + ";Maximum Pool Size=1";
        options.Pooler = IsPooled ? TenantPooler.PgBouncerTransaction : TenantPooler.None;
        options.Seal = IsSealed ? SealedDatabase.Seal : null;
    }

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
