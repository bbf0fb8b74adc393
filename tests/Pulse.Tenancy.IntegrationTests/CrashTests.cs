using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Pulse.ReferenceHost.Development;
using Pulse.TestKit;

namespace Pulse.Tenancy.IntegrationTests;

/// <summary>Killed clients, killed and restarted servers, full pools. A cluster of its own, for the server's death is everybody's.</summary>
public sealed class CrashTests : IAsyncLifetime
{
    private readonly PostgresFixture _postgres = new();
    private TenantedDatabase _database = null!;
    private IHost _host = null!;

    private static TenantId Acme => TenantedDatabase.Acme;

    private ITenantDatabase Tenants => _host.Services.GetRequiredService<ITenantDatabase>();

    public async Task InitializeAsync()
    {
        await _postgres.InitializeAsync();
        _database = await TenantedDatabase.CreateAsync(_postgres);
        await _database.AsOwnerAsync("CREATE TABLE public.flushes (tenant_id text NOT NULL, flush int NOT NULL, PRIMARY KEY (tenant_id, flush))");
        await _database.AsOwnerAsync(TenantSchema.Protect("public", "flushes"));
        _host = await _database.StartHostAsync(options =>
            options.AppConnectionString = _database.ConnectionString("pulse_app_login") + ";Maximum Pool Size=4;Timeout=2;Command Timeout=20");
    }

    public async Task DisposeAsync()
    {
        _host.Dispose();
        await _postgres.DisposeAsync();
    }

    [Fact]
    public async Task A_client_killed_in_mid_flush_leaves_whole_flushes_only()
    {
        for (var round = 0; round < 3; round++)
        {
            await _database.AsSuperuserAsync("DELETE FROM public.flushes");
            using var client = Process.Start(new ProcessStartInfo(
                Environment.ProcessPath!, [typeof(ClientProcess).Assembly.Location, _database.ConnectionString("pulse_app_login")])
            {
                RedirectStandardOutput = true,
            })!;
            Assert.Equal("ready", await client.StandardOutput.ReadLineAsync());
            await WaitForFlushAsync();

            client.Kill();
            await client.WaitForExitAsync();
            await UntilAsync("SELECT count(*) = 0 FROM pg_stat_activity WHERE usename = 'pulse_app_login' AND query LIKE '%flushes%' AND state <> 'idle'");

            await AssertWholeFlushesAsync();
        }
    }

    [Fact]
    public async Task A_server_killed_in_mid_flush_leaves_whole_flushes_only_and_a_clear_error()
    {
        var writing = Task.Run(async () =>
        {
            for (var flush = 0; ; flush++)
            {
                await Tenants.ExecuteManyAsync(ClientProcess.Flush(flush));
            }
        });
        await UntilAsync("SELECT count(*) > 0 FROM public.flushes");
        int backend;
        do
        {
            backend = await _database.ScalarAsSuperuserAsync<int>("SELECT pid FROM pg_stat_activity WHERE usename = 'pulse_app_login' AND wait_event = 'PgSleep'");
        }
        while (backend == 0);

        // SIGKILL of one backend: PostgreSQL takes its memory for broken, ends all others and recovers from its log.
        await Tool.RunAsync("kill", ["-9", backend.ToString(CultureInfo.InvariantCulture)], CancellationToken.None);

        await Assert.ThrowsAnyAsync<NpgsqlException>(() => writing);
        await RecoveredAsync();
        await AssertWholeFlushesAsync();
        Assert.Equal(10, await CountAsync());
    }

    [Fact]
    public async Task A_restart_breaks_open_scopes_with_an_error_and_no_later_ones()
    {
        await using (var scope = await Tenants.OpenAsync(Acme))
        {
            await scope.CreateBatch().Add("INSERT INTO devices (id) VALUES ('before the restart')").ExecuteAsync();
            await _postgres.RestartAsync();

            await Assert.ThrowsAnyAsync<NpgsqlException>(() => scope.CommitAsync());
        }

        // Connections that died in the pool are found out when they are used; each is one failure at most.
        await RecoveredAsync();
        Assert.Equal(0, await _database.CountAsync("id = 'before the restart'"));
        Assert.Equal(10, await CountAsync());
    }

    [Fact]
    public async Task An_exhausted_pool_says_so_and_serves_again_when_a_scope_ends()
    {
        var scopes = new List<TenantScope>();
        for (var i = 0; i < 4; i++)
        {
            scopes.Add(await Tenants.OpenAsync(Acme));
        }

        var refusal = await Assert.ThrowsAsync<NpgsqlException>(CountAsync);
        Assert.Contains("pool has been exhausted", refusal.Message, StringComparison.Ordinal);
        using var impatient = new CancellationTokenSource();
        var waiting = Tenants.CreateBatch(Acme).Add("SELECT 1").ExecuteAsync(impatient.Token);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);

        await scopes[0].DisposeAsync();
        Assert.Equal(10, await CountAsync());
        foreach (var scope in scopes)
        {
            await scope.DisposeAsync();
        }
    }

    [Fact]
    public async Task Requests_cancelled_at_any_moment_leave_no_leak_and_no_partial_flush()
    {
        for (var i = 0; i < 30; i++)
        {
            using var leave = new CancellationTokenSource();
            var writing = Tenants.ExecuteManyAsync(ClientProcess.Flush(i), leave.Token);
            leave.CancelAfter(TimeSpan.FromMilliseconds(i * 3));
            try
            {
                await writing;
            }
            catch (Exception ended) when (ended is OperationCanceledException or NpgsqlException)
            {
                // Whether the flush was committed is unknown to the caller; that it was committed whole is asserted below.
            }
        }

        await AssertWholeFlushesAsync();
        Assert.Equal(10, await CountAsync());
        Assert.Equal(0, await _database.ScalarAsSuperuserAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE usename = 'pulse_app_login' AND state LIKE 'idle in transaction%'"));
    }

    private Task<long> CountAsync() => Tenants.CreateBatch(Acme).Add("SELECT count(*) FROM devices").ExecuteScalarAsync<long>();

    private async Task AssertWholeFlushesAsync() => Assert.Equal(
        0,
        await _database.ScalarAsSuperuserAsync<long>(
            $"SELECT count(*) FROM (SELECT flush FROM public.flushes GROUP BY flush HAVING count(*) <> {ClientProcess.TenantsPerFlush}) partial"));

    /// <summary>Waits until at least one flush stands and another is on its way.</summary>
    private async Task WaitForFlushAsync()
    {
        await UntilAsync("SELECT count(*) > 0 FROM public.flushes");
        await UntilAsync("SELECT count(*) > 0 FROM pg_stat_activity WHERE usename = 'pulse_app_login' AND wait_event = 'PgSleep'");
    }

    private async Task UntilAsync(string condition)
    {
        while (!await _database.ScalarAsSuperuserAsync<bool>(condition))
        {
            await Task.Delay(5);
        }
    }

    private async Task RecoveredAsync()
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await CountAsync();
                return;
            }
            catch (NpgsqlException) when (attempt < 200)
            {
                await Task.Delay(100);
            }
        }
    }
}
