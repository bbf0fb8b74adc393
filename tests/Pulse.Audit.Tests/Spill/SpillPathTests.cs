namespace Pulse.Audit.Tests.Spill;

public sealed class SpillPathTests
{
    [Fact]
    public async Task What_the_database_does_not_take_goes_to_the_disk_and_is_stored_in_order_when_it_returns()
    {
        using var spill = new SpillRig { IsAway = true };
        await spill.Rig.WriteAsync("test.a", "test.b");
        await spill.Rig.StartAsync();
        await spill.SpillAsync(2);
        await spill.Rig.WriteAsync("test.c");
        await spill.SpillAsync(3);
        Assert.Equal((0, 0L), (spill.Rig.Queue.Pending, spill.Rig.Queue.PendingBytes));
        Assert.Single(spill.Rig.Disk.Segments);
        spill.Rig.AssertBalance();

        spill.IsAway = false;
        spill.Rig.Time.Advance(TimeSpan.FromSeconds(1));
        await spill.Rig.StopAsync();

        Assert.Equal(["test.a", "test.b", "test.c"], spill.StoredTypes);
        Assert.Single(spill.Rig.Store.Heads);
        Assert.Equal(["reserve"], spill.Rig.Disk.Files.Keys);
        Assert.Equal((3, 0), (spill.Rig.Ledger.Stored, spill.Rig.Ledger.Spilled));
        spill.Rig.AssertBalance();
    }

    [Fact]
    public async Task After_the_backlog_events_go_straight_to_the_database_again()
    {
        using var spill = new SpillRig { IsAway = true };
        await spill.Rig.WriteAsync("test.a");
        await spill.Rig.StartAsync();
        await spill.SpillAsync(1);
        spill.IsAway = false;

        var receipt = await spill.WriteAsync(AuditRig.Critical());
        await spill.WriteAsync(AuditRig.Critical("test.last"));
        await spill.Rig.StopAsync();

        Assert.NotEqual(AuditDurability.Queued, receipt.Reached);
        Assert.Equal(["test.a", "test.critical", "test.last"], spill.StoredTypes);
        Assert.Single(spill.Rig.Store.Heads);
        spill.Rig.AssertBalance();
    }

    [Fact]
    public async Task Critical_is_durable_on_the_disk_while_the_database_is_away()
    {
        using var spill = new SpillRig { IsAway = true };
        await spill.Rig.StartAsync();

        var receipt = await spill.WriteAsync(AuditRig.Critical());

        Assert.Equal(AuditDurability.Spilled, receipt.Reached);
        var after = spill.Kill(powerLoss: true);
        using var next = new SpillRig(after, spill.Rig.Store);
        await next.Rig.StartAsync();
        await next.Rig.StopAsync();
        Assert.Equal(receipt.EventId, Assert.Single(next.Rig.Store.Stored).Event.Id);
        Assert.Equal((1, 1, 0), (next.Rig.Ledger.Recovered, next.Rig.Ledger.Stored, next.Rig.Ledger.Spilled));
    }

    [Fact]
    public async Task Critical_events_written_together_share_one_synchronisation()
    {
        using var spill = new SpillRig { IsAway = true };
        await spill.Rig.WriteAsync("test.first");
        await spill.Rig.StartAsync();
        await spill.SpillAsync(1);
        await spill.Rig.Time.WaitForTimerAsync(Overflow.Tick);
        var before = spill.Rig.Disk.Synchronizations;

        var writing = Enumerable.Range(0, 100).Select(_ => spill.Rig.Writer.WriteAsync(AuditRig.Critical()).AsTask()).ToArray();
        spill.Rig.Time.Advance(Overflow.Tick);
        var receipts = await Task.WhenAll(writing);

        Assert.All(receipts, receipt => Assert.Equal(AuditDurability.Spilled, receipt.Reached));
        Assert.Equal(before + 1, spill.Rig.Disk.Synchronizations);
    }

    [Fact]
    public async Task An_attempt_that_takes_too_long_is_overtaken_and_what_it_stored_is_not_stored_again()
    {
        using var spill = new SpillRig();
        var commit = new TaskCompletionSource();
        spill.Rig.Store.Script = async (_, _) =>
        {
            await commit.Task;
            return StoreResult.Committed;
        };
        await spill.Rig.WriteAsync("test.a", "test.b");
        await spill.Rig.StartAsync();
        await spill.Rig.Store.NextCallAsync();
        await spill.Rig.Time.WaitForTimerAsync(Overflow.Tick);
        Assert.Equal(0, spill.Rig.Ledger.Spilled);

        spill.Rig.Time.Advance(spill.Rig.Options.SpillAfter);
        await spill.SpillAsync(2);
        await spill.Rig.WriteAsync("test.c");
        commit.SetResult();
        await spill.Rig.StopAsync();

        Assert.Equal(["test.a", "test.b", "test.c"], spill.StoredTypes);
        Assert.Equal((3, 0, 0), (spill.Rig.Ledger.Stored, spill.Rig.Ledger.Spilled, spill.Rig.Queue.Pending));
        Assert.Single(spill.Rig.Store.Heads);
        spill.Rig.AssertBalance();
    }

    [Fact]
    public async Task A_queue_that_is_half_full_is_emptied_onto_the_disk_without_waiting_for_the_attempt()
    {
        using var spill = new SpillRig(configure: options => options.MaxQueuedEvents = 8);
        spill.Rig.Store.Script = (_, token) => Task.Delay(Timeout.InfiniteTimeSpan, spill.Rig.Time, token).ContinueWith(
            _ => StoreResult.Committed, token, TaskContinuationOptions.None, TaskScheduler.Default);
        await spill.Rig.WriteAsync("test.a");
        await spill.Rig.StartAsync();
        await spill.Rig.Store.NextCallAsync();
        await spill.Rig.WriteAsync("test.b", "test.c");
        await spill.Rig.Time.PassAsync(Overflow.Tick);
        await spill.Rig.Time.PassAsync(Overflow.Tick);
        Assert.Equal(0, spill.Rig.Ledger.Spilled);

        await spill.Rig.WriteAsync("test.d");
        await spill.SpillAsync(4);

        Assert.Equal(0, spill.Rig.Queue.Pending);
        await StopHungAsync(spill);
    }

    [Fact]
    public async Task Stopping_while_the_database_is_away_takes_no_time_and_loses_nothing()
    {
        using var spill = new SpillRig { IsAway = true };
        await spill.Rig.WriteAsync("test.a", "test.b");
        spill.Rig.Writer.TryWrite(AuditRig.Access());
        await spill.Rig.StartAsync();

        // Without a clock that moves: no pause is waited for.
        await spill.Rig.StopAsync();

        Assert.Equal((3, 0), (spill.Rig.Ledger.Spilled, spill.Rig.Ledger.Lost));
        Assert.True(spill.Rig.Logged(5018));
        Assert.False(spill.Rig.Logged(5007));
        Assert.False(spill.Rig.Disk.IsOpen);
        spill.Rig.AssertBalance();
    }

    [Fact]
    public async Task What_is_in_memory_when_stopping_runs_out_of_time_goes_to_the_disk()
    {
        using var spill = new SpillRig();
        spill.Rig.Store.Script = (_, token) => Task.Delay(Timeout.InfiniteTimeSpan, spill.Rig.Time, token).ContinueWith(
            _ => StoreResult.Committed, token, TaskContinuationOptions.None, TaskScheduler.Default);
        await spill.Rig.WriteAsync("test.a", "test.b");
        await spill.Rig.StartAsync();
        await spill.Rig.Store.NextCallAsync();
        await spill.Rig.WriteAsync("test.c");

        await StopHungAsync(spill);

        Assert.Equal((3, 0), (spill.Rig.Ledger.Spilled, spill.Rig.Ledger.Lost));
        using var next = new SpillRig(spill.Kill(), spill.Rig.Store);
        await next.Rig.StartAsync();
        await next.Rig.StopAsync();
        Assert.Equal(["test.a", "test.b", "test.c"], next.StoredTypes);
        next.Rig.AssertBalance();
    }

    [Fact]
    public async Task Security_without_waiting_is_kept_while_Access_has_no_room()
    {
        using var spill = new SpillRig(configure: options => options.MaxQueuedEvents = 16);
        while (spill.Rig.Writer.TryWrite(AuditRig.Access()))
        {
        }

        Assert.Equal(14, spill.Rig.Queue.Pending);
        Assert.True(spill.Rig.Writer.TryWrite(AuditRig.Security()));
        Assert.True(spill.Rig.Writer.TryWrite(AuditRig.Security()));
        Assert.False(spill.Rig.Writer.TryWrite(AuditRig.Security()));

        await spill.Rig.StartAsync();
        await spill.Rig.StopAsync();
        var gap = Assert.Single(spill.Rig.Store.Stored, chained => chained.Event.Type == "audit.gap").Event;
        Assert.Contains("\"count\":2,\"security\":1,", System.Text.Encoding.UTF8.GetString(gap.Record), StringComparison.Ordinal);
        Assert.Equal(2, spill.Rig.Ledger.Declared);
        spill.Rig.AssertBalance();
    }

    [Fact]
    public async Task A_refused_row_of_the_backlog_is_found_and_quarantined_at_its_place()
    {
        using var spill = new SpillRig { IsAway = true };
        await spill.Rig.WriteAsync("test.a", "test.poison", "test.b");
        await spill.Rig.StartAsync();
        await spill.SpillAsync(3);

        spill.Rig.Store.Script = (call, _) => call.SqlState is null && call.Types.Contains("test.poison", StringComparer.Ordinal)
            ? Task.FromException<StoreResult>(FakeStore.Refusal("22P02"))
            : Task.FromResult(StoreResult.Committed);
        spill.IsAway = false;
        spill.Rig.Time.Advance(TimeSpan.FromSeconds(1));
        await spill.Rig.StopAsync();

        Assert.Equal(2, Assert.Single(spill.Rig.Store.Quarantined).Event.Sequence);
        Assert.Equal((2, 1, 0), (spill.Rig.Ledger.Stored, spill.Rig.Ledger.Quarantined, spill.Rig.Ledger.Spilled));
        spill.Rig.AssertBalance();
    }

    [Fact]
    public async Task A_clock_that_steps_back_changes_no_order()
    {
        using var spill = new SpillRig { IsAway = true };
        await spill.Rig.WriteAsync("test.a");
        spill.Rig.Time.StepBack(TimeSpan.FromHours(2));
        await spill.Rig.WriteAsync("test.b");
        await spill.Rig.StartAsync();
        await spill.SpillAsync(2);
        spill.Rig.Time.StepBack(TimeSpan.FromHours(2));
        await spill.Rig.WriteAsync("test.c");
        await spill.Rig.StopAsync();

        using var next = new SpillRig(spill.Kill(), spill.Rig.Store);
        await next.Rig.StartAsync();
        await next.Rig.StopAsync();

        Assert.Equal(["test.a", "test.b", "audit.clock_step", "test.c", "audit.clock_step"], next.StoredTypes);
        Assert.Equal([1L, 2, 3, 4, 5], next.Rig.Store.Stored.Select(chained => chained.Sequence));
        Assert.True(next.Rig.Store.Stored[3].Event.OccurredAt < next.Rig.Store.Stored[0].Event.OccurredAt);
    }

    private static async Task StopHungAsync(SpillRig spill)
    {
        var stopping = spill.Rig.StopAsync();
        spill.Rig.Time.Advance(spill.Rig.Options.DrainTimeout);
        await stopping;
        spill.Rig.AssertBalance();
    }
}
