using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Pulse.ReferenceHost.Development;

namespace Pulse.Audit.IntegrationTests;

/// <summary>Has a cluster of its own, because it stops the server.</summary>
public sealed class OutageTests : IAsyncLifetime
{
    private readonly string _folder = Path.Combine("/tmp", "pulse-test-" + RandomNumberGenerator.GetHexString(8, lowercase: true));
    private PostgresCluster _cluster = null!;
    private AuditDatabase _database = null!;

    public async Task InitializeAsync()
    {
        await StartServerAsync();
        _database = new AuditDatabase((user, password) => _cluster.ConnectionString(user, password, "postgres"), _cluster.SuperuserConnectionString("postgres"));
        await _database.InitializeAsync();
    }

    public async Task DisposeAsync()
    {
        await _database.DisposeAsync();
        await _cluster.StopAsync(CancellationToken.None);
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_server_that_stops_and_starts_again_loses_no_event()
    {
        using var host = await _database.StartHostAsync();
        var writer = host.Services.GetRequiredService<IAuditWriter>();
        using var enough = new CancellationTokenSource();
        var written = 0;
        var flow = Task.Run(async () =>
        {
            while (!enough.IsCancellationRequested)
            {
                await writer.WriteAsync(new AuditEvent { Type = "test.flow", Class = AuditClass.Security, Fields = [AuditField.Public("number", ++written)] });
                await Task.Delay(1);
            }
        });

        await Task.Delay(300);
        await _cluster.StopAsync(CancellationToken.None);
        await Task.Delay(700);
        await StartServerAsync();
        await Task.Delay(500);
        await enough.CancelAsync();
        await flow;
        await host.StopAsync();

        _database.Superuser.Clear();
        Assert.True(written > 100, $"{written} events were written.");
        Assert.Equal(written, await _database.CountAsync("SELECT count(*) FROM pulse_audit.event"));
        Assert.Equal(written, await _database.CountAsync("SELECT count(DISTINCT convert_from(record, 'UTF8')::jsonb #>> '{public,number}') FROM pulse_audit.event"));
        Assert.Equal(0, await _database.CountAsync(ChainQueries.BrokenLinks));
        Assert.Equal(0, host.Services.GetRequiredService<AuditLedger>().Lost);
    }

    [Fact]
    public async Task A_Critical_write_fails_within_its_cap_while_the_server_is_down()
    {
        using var host = await _database.StartHostAsync(options =>
        {
            options.CriticalTimeout = TimeSpan.FromSeconds(2);
            options.DrainTimeout = TimeSpan.FromSeconds(30);
        });
        var writer = host.Services.GetRequiredService<IAuditWriter>();
        await writer.WriteAsync(new AuditEvent { Type = "test.before", Class = AuditClass.Critical });
        await _cluster.StopAsync(CancellationToken.None);

        var started = TimeProvider.System.GetTimestamp();
        await Assert.ThrowsAsync<AuditUnavailableException>(
            async () => await writer.WriteAsync(new AuditEvent { Type = "test.during", Class = AuditClass.Critical }));
        var took = TimeProvider.System.GetElapsedTime(started);
        var report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();

        Assert.InRange(took, TimeSpan.FromSeconds(1.9), TimeSpan.FromSeconds(6));
        Assert.Equal(HealthStatus.Unhealthy, report.Entries["pulse_audit"].Status);

        // An accepted event is stored all the same, once that is possible again.
        await StartServerAsync();
        await host.StopAsync();
        _database.Superuser.Clear();
        Assert.Equal(2, await _database.CountAsync("SELECT count(*) FROM pulse_audit.event"));
    }

    private async Task StartServerAsync() =>
        _cluster = await PostgresCluster.StartAsync(Path.Combine(_folder, "data"), _folder, "superuser", durable: false, CancellationToken.None);
}
