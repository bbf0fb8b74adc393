using System.Buffers;
using System.Text;

namespace Pulse.Audit.Tests.Spill;

public sealed class SpillRecoveryTests
{
    [Fact]
    public async Task The_next_process_stores_what_is_left_under_its_old_stream_and_its_own_events_behind_it()
    {
        var (disk, store) = await SpillAndKillAsync(5);
        using var next = new SpillRig(disk, store);
        await next.Rig.StartAsync();
        await next.Rig.WriteAsync("test.new");
        await next.Rig.StopAsync();

        Assert.Equal([.. Types(5), "test.new"], next.StoredTypes);
        Assert.Equal([1L, 2, 3, 4, 5, 1], store.Stored.Select(chained => chained.Sequence));
        Assert.Equal(2, store.Heads.Count);
        Assert.Equal((5, 1, 6, 0), (next.Rig.Ledger.Recovered, next.Rig.Ledger.Offered, next.Rig.Ledger.Stored, next.Rig.Ledger.Spilled));
        Assert.Empty(disk.Segments);
        Assert.True(next.Rig.Logged(5010));
        next.Rig.AssertBalance();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task A_segment_that_is_stored_in_part_is_stored_once(int stored)
    {
        var (disk, store) = await SpillAndKillAsync(5);
        var again = disk.Crash(powerLoss: false);
        var commits = 0;
        using (var next = new SpillRig(disk, store, options => options.BatchMaxEvents = 1))
        {
            next.Rig.Store.Script = (_, _) => commits++ < stored
                ? Task.FromResult(StoreResult.Committed)
                : Task.FromException<StoreResult>(new Npgsql.NpgsqlException("away"));
            await next.Rig.StartAsync();
            await next.Rig.StopAsync();
            Assert.Equal(stored, store.Stored.Count);
        }

        // The file as it was before: deleting it never happened.
        using var last = new SpillRig(again, store);
        await last.Rig.StartAsync();
        await last.Rig.StopAsync();

        Assert.Equal(Types(5), last.StoredTypes);
        Assert.Equal((5, 5, 0, 0), (last.Rig.Ledger.Recovered, last.Rig.Ledger.Stored, last.Rig.Ledger.Quarantined, last.Rig.Ledger.Spilled));
        Assert.Single(store.Heads);
        last.Rig.AssertBalance();
    }

    [Fact]
    public async Task Segments_are_stored_in_the_order_they_were_written_and_deleted_one_by_one()
    {
        using var spill = new SpillRig(configure: options =>
        {
            options.MaxTextBytes = 65_536;
            options.SpillSegmentBytes = 64 << 10;
        }) { IsAway = true };
        await spill.Rig.StartAsync();
        for (var number = 0; number < 10; number++)
        {
            await spill.WriteAsync(new AuditEvent { Type = $"test.{number}", Class = AuditClass.Critical, Reason = new string('x', 20_000) });
        }

        Assert.Equal(4, spill.Rig.Disk.Segments.Count());
        using var next = new SpillRig(spill.Kill(), spill.Rig.Store, options => options.SpillSegmentBytes = 64 << 10);
        await next.Rig.StartAsync();
        await next.Rig.StopAsync();

        Assert.Equal(Types(10), next.StoredTypes);
        Assert.Single(next.Rig.Store.Heads);
        Assert.Empty(next.Rig.Disk.Segments);
        next.Rig.AssertBalance();
    }

    [Fact]
    public async Task A_power_loss_takes_only_what_nobody_was_told_of()
    {
        var (disk, store) = await SpillAndKillAsync(3);
        var name = Assert.Single(disk.Segments);
        disk.Put(name, [.. disk.Read(name), .. SpillFrame.Mark, 0, 0, 1]);

        using var next = new SpillRig(disk, store);
        await next.Rig.StartAsync();
        await next.Rig.StopAsync();

        Assert.Equal(Types(3), next.StoredTypes);
        Assert.True(next.Rig.Logged(5012));
        Assert.False(next.Rig.Logged(5013));
        Assert.Empty(disk.Segments);
        Assert.Equal(0, next.Rig.Ledger.Damaged);
    }

    [Fact]
    public async Task Behind_damage_the_rest_is_stored_in_a_stream_that_tells_of_it_and_the_file_is_kept()
    {
        var (disk, store) = await SpillAndKillAsync(5);
        var name = Damage(disk, 2);

        using var next = new SpillRig(disk, store);
        await next.Rig.StartAsync();
        await next.Rig.StopAsync();

        Assert.Equal(["test.0", "test.1", "audit.gap", "test.3", "test.4"], next.StoredTypes);
        Assert.Equal([1L, 2, 1, 2, 3], store.Stored.Select(chained => chained.Sequence));
        var gap = Encoding.UTF8.GetString(store.Stored[2].Event.Record);
        Assert.Contains($"\"reason\":\"spill_damaged\",\"public\":{{\"count\":1,\"stream\":\"{store.Stored[0].Stream}\",\"seq\":4}}", gap, StringComparison.Ordinal);
        Assert.Contains(name + ".damaged", disk.Files.Keys);
        Assert.Empty(disk.Segments);
        Assert.True(next.Rig.Logged(5013));
        Assert.True(next.Rig.Logged(5014));
        Assert.Equal((4, 4), (next.Rig.Ledger.Recovered, next.Rig.Ledger.Stored));
        next.Rig.AssertBalance();
    }

    [Fact]
    public async Task Replaying_a_damaged_segment_once_more_stores_nothing_twice()
    {
        var (disk, store) = await SpillAndKillAsync(5);
        Damage(disk, 2);
        var again = disk.Crash(powerLoss: false);
        foreach (var folder in new[] { disk, again })
        {
            using var next = new SpillRig(folder, store);
            await next.Rig.StartAsync();
            await next.Rig.StopAsync();
            Assert.Equal(0, next.Rig.Ledger.Quarantined);
            next.Rig.AssertBalance();
        }

        Assert.Equal(5, store.Stored.Count);
        Assert.Empty(store.Quarantined);
    }

    [Fact]
    public async Task Events_behind_a_damaged_header_are_stored_all_the_same()
    {
        var (disk, store) = await SpillAndKillAsync(3);
        var name = Assert.Single(disk.Segments);
        var content = disk.Read(name);
        content[30] ^= 1;
        disk.Put(name, content);

        using var next = new SpillRig(disk, store);
        await next.Rig.StartAsync();
        await next.Rig.StopAsync();

        Assert.Equal(["audit.gap", .. Types(3)], next.StoredTypes);
        Assert.Contains(name + ".damaged", disk.Files.Keys);
        next.Rig.AssertBalance();
    }

    [Fact]
    public async Task A_damaged_last_event_is_told_of_by_a_gap_of_at_least_one()
    {
        var (disk, store) = await SpillAndKillAsync(3);
        Damage(disk, 2);

        using var next = new SpillRig(disk, store);
        await next.Rig.StartAsync();
        await next.Rig.StopAsync();

        Assert.Equal(["test.0", "test.1", "audit.gap"], next.StoredTypes);
        next.Rig.AssertBalance();
    }

    [Fact]
    public async Task A_database_restored_from_a_backup_gets_the_events_in_a_new_stream()
    {
        using var spill = new SpillRig();
        await spill.Rig.StartAsync();
        await spill.WriteAsync(AuditRig.Critical("test.before"));
        spill.IsAway = true;
        await spill.WriteAsync(AuditRig.Critical("test.during"));
        var disk = spill.Kill();
        var restored = new FakeStore();

        using var next = new SpillRig(disk, restored);
        await next.Rig.StartAsync();
        await next.Rig.StopAsync();

        Assert.Equal(["audit.gap", "test.during"], next.StoredTypes);
        Assert.Contains("stream_moved", Encoding.UTF8.GetString(restored.Stored[0].Event.Record), StringComparison.Ordinal);
        next.Rig.AssertBalance();
    }

    [Fact]
    public async Task A_head_that_moves_while_the_backlog_is_stored_starts_a_new_stream_and_new_events_do_not_follow_the_old()
    {
        using var spill = new SpillRig { IsAway = true };
        await spill.Rig.StartAsync();
        await spill.WriteAsync(AuditRig.Critical("test.a"));
        await spill.WriteAsync(AuditRig.Critical("test.b"));
        var stream = SegmentScan.Read(
            spill.Rig.Disk.Read(spill.Rig.Disk.Segments.Single()), SpillSegment.Find(spill.Rig.Disk.Segments.Single())!.Id).Header!.Stream;
        spill.Rig.Store.Heads[stream] = new ChainHead(stream, 9, new byte[32]);

        spill.IsAway = false;
        await spill.UntilAsync(() => spill.Rig.Ledger.Stored >= 2 && spill.Rig.Ledger.Spilled == 0);

        await spill.WriteAsync(AuditRig.Critical("test.c"));
        await spill.Rig.StopAsync();

        Assert.Equal(["audit.gap", "test.a", "test.b"], spill.StoredTypes.Take(3));
        Assert.Equal("test.c", spill.StoredTypes.Last());
        Assert.DoesNotContain(stream, spill.Rig.Store.Stored.Select(chained => chained.Stream));
        spill.Rig.AssertBalance();
    }

    [Fact]
    public async Task Files_that_are_no_segments_are_left_alone_and_unfinished_ones_are_removed()
    {
        var disk = new FakeDisk();
        disk.Put("notes.txt", [1]);
        disk.Put("0000000000000001-01900000000070008000000000000000.spill.tmp", [1]);
        disk.Put("000000000000000g-01900000000070008000000000000000.spill", [1]);

        using var spill = new SpillRig(disk);
        await spill.Rig.StartAsync();
        await spill.Rig.StopAsync();

        Assert.Equal(["000000000000000g-01900000000070008000000000000000.spill", "notes.txt", "reserve"], disk.List());
    }

    [Fact]
    public async Task A_record_of_another_version_is_kept_aside_and_told_of()
    {
        var (disk, store) = await SpillAndKillAsync(1);
        var name = disk.Segments.Single();
        var pending = SegmentFiles.Pending("{\"v\":2}"u8.ToArray());
        var output = new ArrayBufferWriter<byte>();
        output.Write(disk.Read(name));
        SpillFrame.Write(output, SpillSegment.Find(name)!.Id, new ChainedEvent(pending, Guid.Empty, 2, [], []));
        disk.Put(name, output.WrittenSpan.ToArray());

        using var next = new SpillRig(disk, store);
        await next.Rig.StartAsync();
        await next.Rig.StopAsync();

        Assert.Equal(["test.0", "audit.gap"], next.StoredTypes);
        Assert.Equal((2, 1, 1), (next.Rig.Ledger.Recovered, next.Rig.Ledger.Stored, next.Rig.Ledger.Damaged));
        Assert.Contains(name + ".damaged", disk.Files.Keys);
        next.Rig.AssertBalance();
    }

    private static string[] Types(int count) => [.. Enumerable.Range(0, count).Select(number => $"test.{number}")];

    /// <summary>A process that put so many events on its disk and died.</summary>
    private static async Task<(FakeDisk Disk, FakeStore Store)> SpillAndKillAsync(int events)
    {
        using var spill = new SpillRig { IsAway = true };
        await spill.Rig.StartAsync();
        foreach (var type in Types(events))
        {
            await spill.WriteAsync(AuditRig.Critical(type));
        }

        return (spill.Kill(powerLoss: true), spill.Rig.Store);
    }

    /// <summary>Damages the event of this number, counted from 0, in the only segment.</summary>
    private static string Damage(FakeDisk disk, int number)
    {
        var name = Assert.Single(disk.Segments);
        var content = disk.Read(name);
        var at = SpillHeader.Bytes;
        for (var index = 0; index < number; index++)
        {
            at += SpillFrame.Read(content.AsSpan(at), SpillSegment.Find(name)!.Id)!.Value.TotalBytes;
        }

        content[at + SpillFrame.HeadBytes + 20] ^= 4;
        disk.Put(name, content);
        return name;
    }
}
