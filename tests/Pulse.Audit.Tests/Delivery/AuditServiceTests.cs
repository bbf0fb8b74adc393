using Npgsql;

namespace Pulse.Audit.Tests.Delivery;

public sealed class AuditServiceTests
{
    private static readonly AsyncLocal<string?> Ambient = new();

    [Fact]
    public async Task Stopping_gives_up_at_its_deadline_and_says_what_is_lost()
    {
        using var rig = new AuditRig(options => options.Linger = TimeSpan.Zero);
        rig.Store.Script = (_, token) => Task.Delay(Timeout.InfiniteTimeSpan, rig.Time, token).ContinueWith(
            _ => StoreResult.Committed, token, TaskContinuationOptions.None, TaskScheduler.Default);
        await rig.WriteAsync("test.a", "test.b");
        await rig.StartAsync();
        await rig.Store.NextCallAsync();
        var critical = rig.Writer.WriteAsync(AuditRig.Critical()).AsTask();

        var stopping = rig.StopAsync();
        rig.Time.Advance(TimeSpan.FromSeconds(9));
        Assert.False(stopping.IsCompleted);
        rig.Time.Advance(TimeSpan.FromSeconds(1));
        await stopping;

        await Assert.ThrowsAsync<AuditUnavailableException>(() => critical);
        Assert.Equal((3, 0, 3), (rig.Ledger.Offered, rig.Ledger.Stored, rig.Ledger.Lost));
        var lost = Assert.Single(rig.Log.GetSnapshot(), record => record.Id.Id == 5007);
        Assert.Equal(Microsoft.Extensions.Logging.LogLevel.Critical, lost.Level);
        Assert.Contains("3 queued events", lost.Message, StringComparison.Ordinal);
        Assert.False(rig.Service.IsRunning);
        rig.AssertBalance();
    }

    [Fact]
    public async Task The_host_s_own_deadline_counts_as_well()
    {
        using var rig = new AuditRig(options => options.Linger = TimeSpan.Zero);
        rig.Store.FailTimes(int.MaxValue, new NpgsqlException("down"));
        await rig.WriteAsync("test.a");
        await rig.StartAsync();
        await rig.Store.NextCallAsync();

        await rig.Service.StoppedAsync(new CancellationToken(canceled: true));

        Assert.Equal(1, rig.Ledger.Lost);
        Assert.True(rig.Logged(5007));
        rig.AssertBalance();
    }

    [Fact]
    public async Task Stopping_ends_a_long_pause_and_tries_at_once()
    {
        using var rig = new AuditRig(options => options.Linger = TimeSpan.Zero);
        rig.Store.FailTimes(1, new NpgsqlException("down"));
        await rig.WriteAsync("test.a");
        await rig.StartAsync();
        await rig.Time.WaitForTimerAsync(TimeSpan.FromSeconds(0.2));

        await rig.StopAsync();

        Assert.Equal(1, rig.Ledger.Stored);
        Assert.Equal(0, rig.Ledger.Lost);
    }

    [Fact]
    public async Task Pauses_while_stopping_start_short_again()
    {
        using var rig = new AuditRig(options => options.Linger = TimeSpan.Zero);
        rig.Store.FailTimes(4, new NpgsqlException("down"));
        await rig.WriteAsync("test.a");
        await rig.StartAsync();
        await rig.Time.PassAsync(TimeSpan.FromSeconds(0.2));
        await rig.Time.PassAsync(TimeSpan.FromSeconds(0.4));
        await rig.Time.WaitForTimerAsync(TimeSpan.FromSeconds(0.8));

        var stopping = rig.StopAsync();
        await rig.Time.PassAsync(TimeSpan.FromSeconds(0.2));
        await stopping;

        Assert.Equal(1, rig.Ledger.Stored);
    }

    [Fact]
    public async Task The_loop_carries_nothing_of_whoever_started_it()
    {
        using var rig = new AuditRig();
        Ambient.Value = "the caller's";
        string? seen = "unset";
        rig.Store.Script = (_, _) =>
        {
            seen = Ambient.Value;
            return Task.FromResult(StoreResult.Committed);
        };

        await rig.StartAsync();
        await rig.Writer.WriteAsync(AuditRig.Critical());
        await rig.StopAsync();

        Assert.Null(seen);
    }

    [Fact]
    public async Task Only_the_last_step_of_stopping_closes_the_queue()
    {
        using var rig = new AuditRig();
        Assert.False(rig.Service.IsRunning);
        await rig.StartAsync();
        await rig.Service.StartAsync(CancellationToken.None);
        await rig.Service.StartedAsync(CancellationToken.None);
        await rig.Service.StoppingAsync(CancellationToken.None);
        await rig.Service.StopAsync(CancellationToken.None);

        Assert.True(rig.Service.IsRunning);
        Assert.Equal(AuditDurability.Committed, (await rig.Writer.WriteAsync(AuditRig.Critical())).Reached);

        await rig.StopAsync();
        Assert.False(rig.Service.IsRunning);
    }

    [Fact]
    public async Task Stopping_what_never_started_does_nothing()
    {
        using var rig = new AuditRig();

        await rig.StopAsync();

        Assert.True(rig.Writer.TryWrite(AuditRig.Access()));
    }
}
