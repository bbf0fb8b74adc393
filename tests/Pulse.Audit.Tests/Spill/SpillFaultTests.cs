using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;

namespace Pulse.Audit.Tests.Spill;

public sealed class SpillFaultTests
{
    [Fact]
    public async Task A_folder_that_cannot_be_used_refuses_the_start_says_so_and_counts_it()
    {
        var disk = new FakeDisk { Fails = operation => operation == "reserve" };
        using var spill = new SpillRig(disk);
        using var faults = new MetricCollector<long>(spill.Rig.MeterFactory, "Pulse.Audit", "pulse.audit.spill.faults");

        await Assert.ThrowsAsync<IOException>(spill.Rig.StartAsync);

        Assert.Equal("write", Assert.Single(faults.GetMeasurementSnapshot()).Tags["kind"]);
        Assert.True(spill.Rig.Logged(5011));
        Assert.False(disk.IsOpen);
        Assert.False(spill.Rig.Service.IsRunning);
    }

    [Fact]
    public async Task A_file_whose_synchronisation_failed_is_never_written_again()
    {
        using var spill = new SpillRig { IsAway = true };
        await spill.Rig.StartAsync();
        await spill.WriteAsync(AuditRig.Critical("test.0"));
        var failures = 1;
        spill.Rig.Disk.Fails = operation => operation == "synchronize" && failures-- > 0;

        var receipt = await spill.WriteAsync(AuditRig.Critical("test.1"));

        Assert.Equal(AuditDurability.Spilled, receipt.Reached);
        Assert.Equal(2, spill.Rig.Disk.Segments.Count());
        using var next = new SpillRig(spill.Kill(powerLoss: true), spill.Rig.Store);
        await next.Rig.StartAsync();
        await next.Rig.StopAsync();
        Assert.Equal(["test.0", "test.1"], next.StoredTypes);
        Assert.Single(next.Rig.Store.Heads);
        next.Rig.AssertBalance();
    }

    [Fact]
    public async Task Frames_that_could_not_be_taken_back_are_recognised_as_stored_already()
    {
        using var spill = new SpillRig { IsAway = true };
        await spill.Rig.StartAsync();
        await spill.WriteAsync(AuditRig.Critical("test.0"));
        var failures = 1;
        spill.Rig.Disk.Fails = operation => operation == "truncate" || (operation == "synchronize" && failures-- > 0);

        await spill.WriteAsync(AuditRig.Critical("test.1"));

        using var next = new SpillRig(spill.Kill(), spill.Rig.Store);
        await next.Rig.StartAsync();
        await next.Rig.StopAsync();
        Assert.Equal(["test.0", "test.1"], next.StoredTypes);
        Assert.Empty(next.Rig.Store.Quarantined);
    }

    [Fact]
    public async Task A_full_disk_uses_the_reserve_and_then_refuses_Critical_at_its_cap()
    {
        using var spill = new SpillRig(configure: options =>
        {
            options.SpillSegmentBytes = 64 << 10;
            options.MaxQueuedEvents = 8;
        }) { IsAway = true };
        await spill.Rig.StartAsync();
        spill.Rig.Disk.Fails = operation => operation is "create" or "append";

        var reached = new List<AuditDurability>();
        var large = new AuditEvent { Type = "test.large", Class = AuditClass.Critical, Fields = [.. Enumerable.Range(0, 12).Select(number => AuditField.Public($"f{number}", new string('x', 2000)))] };
        reached.Add((await spill.WriteAsync(large)).Reached);
        reached.Add((await spill.WriteAsync(large)).Reached);
        Assert.Equal([AuditDurability.Spilled, AuditDurability.Spilled], reached);
        Assert.DoesNotContain("reserve", spill.Rig.Disk.Files.Keys);

        await Assert.ThrowsAsync<AuditUnavailableException>(
            () => spill.WriteAsync(large));
        Assert.Equal(HealthStatus.Unhealthy, (await spill.Rig.Health.CheckHealthAsync(new HealthCheckContext())).Status);
        Assert.Equal(1, spill.Rig.Queue.Pending);
        spill.Rig.AssertBalance();

        // The disk has room again: nothing was lost meanwhile, and the reserve comes back.
        spill.Rig.Disk.Fails = _ => false;
        spill.IsAway = false;
        await spill.Rig.StopAsync();
        Assert.Equal((3, 0), (spill.Rig.Ledger.Stored, spill.Rig.Ledger.Lost));
        Assert.Equal(["reserve"], spill.Rig.Disk.Files.Keys);
        spill.Rig.AssertBalance();
    }

    [Fact]
    public async Task From_half_of_the_quota_on_Access_is_dropped_and_declared_and_Security_is_kept()
    {
        using var spill = new SpillRig(configure: options =>
        {
            options.SpillSegmentBytes = 64 << 10;
            options.SpillMaxBytes = 8_000;
        }) { IsAway = true };
        await spill.Rig.StartAsync();
        while (spill.Rig.Ledger.Spilled < 100 && spill.Rig.Ledger.DroppedFor(BudgetAnswer.SpillShare) == 0)
        {
            spill.Rig.Writer.TryWrite(AuditRig.Access());
            await spill.Rig.Writer.WriteAsync(AuditRig.Security());
            await spill.Rig.Time.PassAsync(Overflow.Tick);
        }

        var receipt = await spill.WriteAsync(AuditRig.Critical());
        Assert.Equal(AuditDurability.Spilled, receipt.Reached);
        Assert.InRange(spill.Rig.Disk.Files.Where(file => file.Key != "reserve").Sum(file => file.Value.Content.Count), 4_000, 8_000);

        spill.IsAway = false;
        await spill.Rig.StopAsync();
        Assert.True(spill.Rig.Ledger.DroppedFor(BudgetAnswer.SpillShare) > 0);
        Assert.Equal(spill.Rig.Ledger.Dropped, spill.Rig.Ledger.Declared);
        Assert.Equal(spill.Rig.Ledger.OfferedOf(AuditClass.Security), spill.StoredTypes.Count(type => type == "test.security"));
        spill.Rig.AssertBalance();
    }

    [Fact]
    public async Task At_the_quota_the_reserve_takes_the_rest_and_beyond_it_events_stay_in_memory()
    {
        using var spill = new SpillRig(configure: options =>
        {
            options.SpillSegmentBytes = 4_096;
            options.SpillMaxBytes = 8_192;
            options.BatchMaxEvents = 4;
        }) { IsAway = true };
        using var faults = new MetricCollector<long>(spill.Rig.MeterFactory, "Pulse.Audit", "pulse.audit.spill.faults");
        await spill.Rig.StartAsync();
        while (!spill.Rig.Path.Overflow!.IsRefused)
        {
            await spill.Rig.WriteAsync("test.many");
            await spill.Rig.Time.PassAsync(Overflow.Tick);
        }

        Assert.DoesNotContain("reserve", spill.Rig.Disk.Files.Keys);
        Assert.InRange(spill.Rig.Disk.Files.Sum(file => file.Value.Content.Count), 8_192, 12_288);
        Assert.True(spill.Rig.Queue.Pending > 0);
        Assert.Contains(faults.GetMeasurementSnapshot(), fault => Equals(fault.Tags["kind"], "full"));
        spill.Rig.AssertBalance();

        spill.IsAway = false;
        await spill.Rig.StopAsync();
        Assert.Equal(spill.Rig.Ledger.Offered, spill.Rig.Ledger.Stored);
        Assert.Single(spill.Rig.Store.Heads);
        spill.Rig.AssertBalance();
    }

    [Fact]
    public async Task A_folder_that_vanishes_is_noticed_made_anew_and_told_of()
    {
        using var spill = new SpillRig { IsAway = true };
        await spill.Rig.StartAsync();
        await spill.WriteAsync(AuditRig.Critical("test.opened"));
        while (spill.Rig.Path.Failures < 2)
        {
            await spill.Rig.Time.PassAsync(Overflow.Tick);
        }

        await spill.WriteAsync(AuditRig.Critical("test.gone"));
        var vanished = spill.Rig.Time.GetUtcNow();
        spill.Rig.Disk.IsGone = true;
        while (spill.Rig.Ledger.Damaged == 0)
        {
            await spill.Rig.Time.PassAsync(Overflow.Tick);
        }

        Assert.True(spill.Rig.Logged(5016));
        Assert.InRange(spill.Rig.Time.GetUtcNow() - vanished, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        await spill.WriteAsync(AuditRig.Critical("test.after"));
        spill.IsAway = false;
        await spill.Rig.StopAsync();

        Assert.Contains("test.after", spill.StoredTypes);
        Assert.Contains("test.opened", spill.StoredTypes);
        Assert.Contains(
            spill.Rig.Store.Stored,
            chained => System.Text.Encoding.UTF8.GetString(chained.Event.Record).Contains("\"reason\":\"spill_lost\",\"public\":{\"count\":1,", StringComparison.Ordinal));
        Assert.Equal((1, 2), (spill.Rig.Ledger.Damaged, spill.Rig.Ledger.Stored));
        spill.Rig.AssertBalance();
    }

    [Fact]
    public async Task A_segment_that_cannot_be_read_is_set_aside_and_does_not_hold_up_the_rest()
    {
        using var spill = new SpillRig { IsAway = true };
        await spill.Rig.StartAsync();
        await spill.WriteAsync(AuditRig.Critical("test.lost"));
        spill.Rig.Disk.Fails = operation => operation == "read";

        spill.IsAway = false;
        await spill.UntilAsync(() => spill.Rig.Ledger.Damaged > 0);

        spill.Rig.Disk.Fails = _ => false;
        await spill.WriteAsync(AuditRig.Critical("test.after"));
        await spill.Rig.StopAsync();

        Assert.Equal(SpillReplay.MaxReads, spill.Rig.Log.GetSnapshot().Count(record => record.Id.Id == 5015));
        Assert.Contains(spill.Rig.Disk.Files.Keys, name => name.EndsWith(".spill.damaged", StringComparison.Ordinal));
        Assert.Contains("\"reason\":\"spill_lost\",\"public\":{\"count\":1,", spill.GapRecord(), StringComparison.Ordinal);
        Assert.Contains("test.after", spill.StoredTypes);
        Assert.Equal((1, 1), (spill.Rig.Ledger.Damaged, spill.Rig.Ledger.Stored));
        spill.Rig.AssertBalance();
    }
}
