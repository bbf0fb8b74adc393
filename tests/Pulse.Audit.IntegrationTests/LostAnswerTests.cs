using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Pulse.TestKit;

namespace Pulse.Audit.IntegrationTests;

/// <summary>The connection breaks between COMMIT and its answer.</summary>
[Collection(PostgresTests.Name)]
public sealed class LostAnswerTests(PostgresFixture postgres) : IAsyncLifetime
{
    private AuditDatabase _database = null!;

    public async Task InitializeAsync()
    {
        var name = await postgres.CreateDatabaseAsync();
        _database = new AuditDatabase((user, password) => postgres.ConnectionString(user, password, name), postgres.SuperuserConnectionString(name));
        await _database.InitializeAsync();
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task A_batch_whose_commit_was_never_answered_is_stored_once()
    {
        const int Swallowed = 5;
        var direct = new NpgsqlConnectionStringBuilder(_database.WriterConnectionString);
        using var proxy = new SwallowingProxy(Path.Combine(direct.Host!, ".s.PGSQL.5432"), Swallowed);
        await using var writing = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(direct.ConnectionString)
        {
            Host = "127.0.0.1",
            Port = proxy.Port,
            SslMode = SslMode.Disable,
        });
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddPulseAudit(options => options.Linger = TimeSpan.Zero).UsePostgres(_ => writing);
        using var host = builder.Build();
        await host.StartAsync();
        var writer = host.Services.GetRequiredService<IAuditWriter>();

        var written = 0;
        while (proxy.Left > 0)
        {
            await writer.WriteAsync(new AuditEvent { Type = "test.event", Class = AuditClass.Security });
            Assert.Equal(AuditDurability.Committed, (await writer.WriteAsync(new AuditEvent { Type = "test.event", Class = AuditClass.Critical })).Reached);
            written += 2;
        }

        await host.StopAsync();

        var ledger = host.Services.GetRequiredService<AuditLedger>();
        Assert.True(written >= 2, $"{written} events were written.");
        Assert.Equal((written, written, 0, 0), (ledger.Offered, ledger.Stored, ledger.Quarantined, ledger.Lost));
        Assert.Equal(written, await _database.CountAsync("SELECT count(*) FROM pulse_audit.event"));
        Assert.Equal(1, await _database.CountAsync("SELECT count(*) FROM pulse_audit.stream_head"));
        Assert.Equal(0, await _database.CountAsync(ChainQueries.BrokenLinks));
    }
}
