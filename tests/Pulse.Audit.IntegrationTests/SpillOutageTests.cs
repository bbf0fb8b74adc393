using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Testing;
using Npgsql;
using Pulse.ReferenceHost.Development;

namespace Pulse.Audit.IntegrationTests;

/// <summary>A real server that stops, freezes and dawdles, and a real folder. Has a cluster of its own.</summary>
public sealed class SpillOutageTests : IAsyncLifetime
{
    private readonly string _folder = Path.Combine("/tmp", "pulse-test-" + RandomNumberGenerator.GetHexString(8, lowercase: true));
    private readonly string _spill = Path.Combine("/tmp", "pulse-spill-" + RandomNumberGenerator.GetHexString(8, lowercase: true));
    private readonly FakeLogCollector _log = new();
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
        Directory.Delete(_spill, recursive: true);
    }

    [Fact]
    public async Task A_database_that_is_stopped_holds_up_nobody_and_gets_every_event_once()
    {
        // The first connection of a busy machine may take longer than the second that usually sends an event to the disk.
        using var host = await StartAsync(options => options.SpillAfter = TimeSpan.FromSeconds(30));
        var writer = host.Services.GetRequiredService<IAuditWriter>();
        Assert.Equal(AuditDurability.Committed, (await writer.WriteAsync(Event(AuditClass.Critical))).Reached);
        await _cluster.StopAsync(CancellationToken.None);

        for (var number = 0; number < 2_000; number++)
        {
            await writer.WriteAsync(Event(AuditClass.Security));
        }

        var during = await writer.WriteAsync(Event(AuditClass.Critical));
        Assert.Equal(AuditDurability.Spilled, during.Reached);
        await StartServerAsync();
        await StoppedAsync(host, offered: 2_002);
    }

    [Fact]
    public async Task A_database_that_is_frozen_is_no_different_from_one_that_is_stopped()
    {
        using var host = await StartAsync(options => options.StoreTimeout = TimeSpan.FromSeconds(2));
        var writer = host.Services.GetRequiredService<IAuditWriter>();
        await writer.WriteAsync(Event(AuditClass.Critical));
        var frozen = await SignalAsync("STOP");
        try
        {
            var during = await writer.WriteAsync(Event(AuditClass.Critical));
            Assert.Equal(AuditDurability.Spilled, during.Reached);
            for (var number = 0; number < 1_000; number++)
            {
                await writer.WriteAsync(Event(AuditClass.Security));
            }
        }
        finally
        {
            await Tool.RunAsync("kill", ["-CONT", .. frozen], CancellationToken.None);
        }

        await StoppedAsync(host, offered: 1_002);
    }

    [Fact]
    public async Task A_database_that_dawdles_is_asked_one_batch_at_a_time_and_callers_do_not_notice()
    {
        using var host = await StartAsync(options => options.StoreTimeout = TimeSpan.FromMinutes(1));
        var writer = host.Services.GetRequiredService<IAuditWriter>();
        await using (var other = await _database.Superuser.OpenConnectionAsync())
        await using (var transaction = await other.BeginTransactionAsync())
        {
            await using var locking = new NpgsqlCommand("LOCK TABLE pulse_audit.stream_head IN ACCESS EXCLUSIVE MODE", other, transaction);
            await locking.ExecuteNonQueryAsync();
            for (var number = 0; number < 3_000; number++)
            {
                Assert.True(writer.TryWrite(Event(AuditClass.Security)));
            }

            Assert.Equal(AuditDurability.Spilled, (await writer.WriteAsync(Event(AuditClass.Critical))).Reached);
            Assert.InRange(await CountWaitingAsync(other, transaction), 0, 1);
            await transaction.RollbackAsync();
        }

        await StoppedAsync(host, offered: 3_001);
    }

    [Fact]
    public async Task A_stop_while_the_database_is_away_leaves_everything_to_the_next_start()
    {
        using (var host = await StartAsync())
        {
            var writer = host.Services.GetRequiredService<IAuditWriter>();
            await _cluster.StopAsync(CancellationToken.None);
            for (var number = 0; number < 500; number++)
            {
                Assert.True(writer.TryWrite(Event(number % 2 == 0 ? AuditClass.Security : AuditClass.Access)));
            }

            await host.StopAsync();
            var ledger = host.Services.GetRequiredService<AuditLedger>();
            Assert.Equal((500, 500, 0), (ledger.Offered, ledger.Spilled, ledger.Lost));
        }

        await StartServerAsync();
        using var next = await StartAsync();
        await StoppedAsync(next, offered: 0, recovered: 500);
        Assert.Contains(_log.GetSnapshot(), record => record.Id.Id == 5010);
    }

    [Fact]
    public async Task A_folder_that_is_deleted_under_the_process_is_noticed_and_made_anew()
    {
        using var host = await StartAsync();
        var writer = host.Services.GetRequiredService<IAuditWriter>();
        await _cluster.StopAsync(CancellationToken.None);
        await writer.WriteAsync(Event(AuditClass.Critical));
        Directory.Delete(_spill, recursive: true);
        while (!_log.GetSnapshot().Any(record => record.Id.Id == 5016))
        {
            await Task.Delay(20);
        }

        Assert.Equal(AuditDurability.Spilled, (await writer.WriteAsync(Event(AuditClass.Critical))).Reached);
        Assert.True(Directory.Exists(_spill));
        await StartServerAsync();
        await host.StopAsync();
        _database.Superuser.Clear();
        var ledger = host.Services.GetRequiredService<AuditLedger>();
        Assert.Equal(2, ledger.Stored + ledger.Damaged);
        Assert.Equal(ledger.Stored, await _database.CountAsync("SELECT count(*) FROM pulse_audit.event WHERE type = 'test.event'"));
        Assert.Equal(0, await _database.CountAsync(ChainQueries.BrokenLinks));
    }

    [Fact]
    public async Task A_second_process_on_the_folder_is_refused_at_its_start()
    {
        using var host = await StartAsync();

        var refusal = await Assert.ThrowsAsync<IOException>(() => StartAsync());

        Assert.Contains("in use by another process", refusal.Message, StringComparison.Ordinal);
        await host.StopAsync();
    }

    private Task<IHost> StartAsync(Action<PulseAuditOptions>? configure = null) => _database.StartHostAsync(
        options =>
        {
            options.SpillFolder = _spill;
            options.SpillSegmentBytes = 256 << 10;
            options.SpillAfter = TimeSpan.FromMilliseconds(200);
            options.DrainTimeout = TimeSpan.FromMinutes(2);
            configure?.Invoke(options);
        },
        new FakeLoggerProvider(_log));

    private async Task StoppedAsync(IHost host, long offered, long recovered = 0)
    {
        // What waits is given the time to go out while the host still runs: stopping has its own, shorter, limits.
        var ledger = host.Services.GetRequiredService<AuditLedger>();
        var started = TimeProvider.System.GetTimestamp();
        while (ledger.Stored < offered + recovered && TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromMinutes(2))
        {
            await Task.Delay(50);
        }

        await host.StopAsync();
        _database.Superuser.Clear();
        Assert.Equal((offered, recovered, offered + recovered), (ledger.Offered, ledger.Recovered, ledger.Stored));
        Assert.Equal((0, 0, 0), (ledger.Spilled, ledger.Damaged, ledger.Lost));
        Assert.Equal(offered + recovered, await _database.CountAsync("SELECT count(*) FROM pulse_audit.event"));
        Assert.Equal(0, await _database.CountAsync(ChainQueries.BrokenLinks));
        Assert.DoesNotContain(Directory.EnumerateFiles(_spill), file => file.EndsWith(".spill", StringComparison.Ordinal));
    }

    private static async Task<long> CountWaitingAsync(NpgsqlConnection connection, NpgsqlTransaction transaction)
    {
        await using var query = new NpgsqlCommand(
            "SELECT count(*) FROM pg_stat_activity WHERE usename = 'pulse_audit_login' AND wait_event_type = 'Lock'", connection, transaction);
        return (long)(await query.ExecuteScalarAsync())!;
    }

    /// <summary>Freezes the server with every process that serves the writer.</summary>
    private async Task<IReadOnlyList<string>> SignalAsync(string signal)
    {
        var lines = await File.ReadAllLinesAsync(Path.Combine(_cluster.DataDirectory, "postmaster.pid"));
        var pids = new List<string> { lines[0] };
        await using (var query = _database.Superuser.CreateCommand("SELECT pid::text FROM pg_stat_activity WHERE usename = 'pulse_audit_login'"))
        await using (var reader = await query.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                pids.Add(reader.GetString(0));
            }
        }

        await Tool.RunAsync("kill", [$"-{signal}", .. pids], CancellationToken.None);
        return pids;
    }

    private async Task StartServerAsync() =>
        _cluster = await PostgresCluster.StartAsync(Path.Combine(_folder, "data"), _folder, "superuser", durable: false, CancellationToken.None);

    private static AuditEvent Event(AuditClass auditClass) => new() { Type = "test.event", Class = auditClass, TenantId = "acme" };
}
