namespace Pulse.Audit.Tests.Spill;

/// <summary>What was told to be safe is stored or declared missing, whatever stands first in line and however the process stops.</summary>
public sealed class SpillPromiseTests
{
    [Fact]
    public async Task A_record_of_the_sink_s_own_at_the_front_does_not_keep_the_events_behind_it_off_the_disk()
    {
        using var spill = new SpillRig();
        spill.Rig.Store.Script = (_, token) => Task.Delay(Timeout.InfiniteTimeSpan, spill.Rig.Time, token).ContinueWith(
            _ => StoreResult.Committed, token, TaskContinuationOptions.None, TaskScheduler.Default);
        spill.Rig.Drops.AddLost(3, spill.Rig.Time.GetUtcNow());
        await spill.Rig.StartAsync();
        var first = await spill.Rig.Store.NextCallAsync();
        Assert.Equal([Gap.EventType], first.Types);
        await spill.Rig.WriteAsync("test.a");

        var waited = TimeSpan.Zero;
        for (; spill.Rig.Ledger.Spilled == 0 && waited < spill.Rig.Options.SpillAfter * 2; waited += Overflow.Tick)
        {
            await spill.Rig.Time.PassAsync(Overflow.Tick);
        }

        Assert.Equal(1, spill.Rig.Ledger.Spilled);
        Assert.Equal(TimeSpan.Zero, spill.Rig.Path.OldestAge);
    }

    [Fact]
    public async Task A_batch_of_the_sink_s_own_records_ages_like_any_other()
    {
        using var rig = new AuditRig();
        rig.Store.Script = (_, token) => Task.Delay(Timeout.InfiniteTimeSpan, rig.Time, token).ContinueWith(
            _ => StoreResult.Committed, token, TaskContinuationOptions.None, TaskScheduler.Default);
        rig.Drops.AddLost(3, rig.Time.GetUtcNow());
        await rig.StartAsync();
        await rig.Store.NextCallAsync();

        rig.Time.Advance(TimeSpan.FromSeconds(7));

        Assert.Equal(TimeSpan.FromSeconds(7), rig.Path.OldestAge);
    }

    [Fact]
    public async Task A_stop_without_the_database_puts_gaps_and_floods_on_the_disk_too()
    {
        using var spill = new SpillRig(configure: options =>
        {
            options.CoalesceTypes.Add("test.refused");
            options.CoalesceAfter = 1;
        });
        spill.IsAway = true;
        await spill.Rig.StartAsync();
        await spill.WriteAsync(AuditRig.Critical("test.a"));
        await spill.WriteAsync(Refused());
        await spill.SpillAsync(2);
        await spill.Rig.Writer.WriteAsync(Refused());
        await spill.Rig.Writer.WriteAsync(Refused());
        spill.Rig.Drops.AddLost(3, spill.Rig.Time.GetUtcNow());

        await spill.Rig.StopAsync();

        Assert.Equal((2, 2, 0), (spill.Rig.Ledger.Spilled, spill.Rig.Ledger.Coalesced, spill.Rig.Ledger.Lost));
        Assert.False(spill.Rig.Writer.TryWrite(Refused()));
        using var next = new SpillRig(spill.Kill());
        await next.Rig.StartAsync();
        await next.Rig.StopAsync();
        Assert.Equal(["test.a", "test.refused", "audit.gap", "audit.repeated"], next.StoredTypes);
    }

    [Fact]
    public async Task A_segment_that_can_be_read_a_moment_later_is_stored_whole()
    {
        using var spill = new SpillRig { IsAway = true };
        await spill.Rig.StartAsync();
        await spill.WriteAsync(AuditRig.Critical("test.a"));
        var failing = SpillReplay.MaxReads - 1;
        spill.Rig.Disk.Fails = operation => operation == "read" && failing-- > 0;

        spill.IsAway = false;
        await spill.UntilAsync(() => spill.Rig.Ledger.Stored == 1);
        await spill.Rig.StopAsync();

        Assert.Equal(["test.a"], spill.StoredTypes);
        Assert.Equal((1, 0, 0), (spill.Rig.Ledger.Stored, spill.Rig.Ledger.Damaged, spill.Rig.Ledger.Spilled));
    }

    [Fact]
    public async Task A_segment_that_is_gone_is_given_up_at_once_and_declared()
    {
        using var spill = new SpillRig { IsAway = true };
        await spill.Rig.StartAsync();
        await spill.WriteAsync(AuditRig.Critical("test.a"));
        spill.Rig.Disk.Delete(spill.Rig.Disk.Segments.Single());

        spill.IsAway = false;
        await spill.UntilAsync(() => spill.Rig.Ledger.Damaged > 0);
        await spill.WriteAsync(AuditRig.Critical("test.after"));
        await spill.Rig.StopAsync();

        Assert.Contains("\"reason\":\"spill_lost\",\"public\":{\"count\":1,", spill.GapRecord(), StringComparison.Ordinal);
        spill.Rig.AssertBalance();
    }

    [Fact]
    public async Task A_last_event_that_was_acknowledged_and_is_torn_is_declared_missing()
    {
        using var spill = new SpillRig { IsAway = true };
        await spill.Rig.StartAsync();
        await spill.WriteAsync(AuditRig.Critical("test.a"));
        await spill.WriteAsync(AuditRig.Critical("test.b"));
        var name = spill.Rig.Disk.Segments.Single();
        var content = spill.Rig.Disk.Read(name);
        var end = Array.FindLastIndex(content, octet => octet != 0);
        spill.Rig.Disk.Put(name, content[..end]);

        spill.IsAway = false;
        await spill.UntilAsync(() => spill.Rig.Ledger.Damaged > 0);
        await spill.WriteAsync(AuditRig.Critical("test.after"));
        await spill.Rig.StopAsync();

        Assert.Equal((1, 2), (spill.Rig.Ledger.Damaged, spill.Rig.Ledger.Stored));
        Assert.Contains("\"reason\":\"spill_lost\",\"public\":{\"count\":1,", spill.GapRecord(), StringComparison.Ordinal);
        spill.Rig.AssertBalance();
    }

    [Fact]
    public async Task What_comes_from_the_disk_is_on_the_database_s_disk_before_its_file_is_deleted()
    {
        using var spill = new SpillRig { IsAway = true };
        await spill.Rig.StartAsync();
        await spill.Rig.WriteAsync("test.a");
        await spill.SpillAsync(1);
        while (spill.Rig.Store.TryNextCall(out _))
        {
        }

        spill.IsAway = false;
        await spill.UntilAsync(() => spill.Rig.Ledger.Stored == 1);
        Assert.True(spill.Rig.Store.TryNextCall(out var replayed));
        Assert.True(replayed!.Synchronous);
        await spill.UntilAsync(() => !spill.Rig.Disk.Segments.Any());
        await spill.Rig.WriteAsync("test.b");
        await spill.Rig.StopAsync();

        Assert.True(spill.Rig.Store.TryNextCall(out var direct));
        Assert.Equal((false, "test.b"), (direct!.Synchronous, direct.Types.Single()));
    }

    private static AuditEvent Refused() => new() { Type = "test.refused", Class = AuditClass.Security, Outcome = AuditOutcome.Denied };
}
