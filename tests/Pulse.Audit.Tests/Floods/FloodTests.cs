using System.Net;
using System.Text.Json;
using Pulse.Audit.Tests.Spill;

namespace Pulse.Audit.Tests.Floods;

public sealed class FloodTests
{
    private const string Refused = "auth.token.refused";

    [Fact]
    public async Task Off_by_default_every_event_is_stored()
    {
        using var rig = new AuditRig();
        for (var number = 0; number < 1_500; number++)
        {
            await rig.Writer.WriteAsync(Failure("192.0.2.1"));
        }

        await DrainAsync(rig);

        Assert.Equal((1_500, 0), (rig.Ledger.Stored, rig.Ledger.Coalesced));
        Assert.Empty(Records(rig));
    }

    [Fact]
    public async Task Beyond_its_share_an_address_is_counted_exactly_by_one_record()
    {
        using var rig = Coalescing(after: 3);
        var receipts = new List<AuditReceipt>();
        for (var number = 0; number < 10; number++)
        {
            receipts.Add(await rig.Writer.WriteAsync(Failure("192.0.2.1")));
            rig.Time.Advance(TimeSpan.FromSeconds(0.5));
        }

        Assert.True(rig.Writer.TryWrite(Failure("192.0.2.2")));
        await DrainAsync(rig);

        Assert.Equal((11, 4, 7), (rig.Ledger.Offered, rig.Ledger.Stored, rig.Ledger.Coalesced));
        var record = Assert.Single(Records(rig));
        Assert.Equal(
            ("192.0.2.1", AuditClass.Security, AuditOutcome.Denied, "one_peer", "acme", true),
            (record.Event.Peer, record.Event.Class, record.Event.Outcome, record.Event.Reason, record.Event.TenantId, record.Event.VisibleToTenant));
        Assert.Equal(
            """{"of_type":"auth.token.refused","of_class":"security","count":7,"first_at":"2026-03-04T05:06:08.500000Z","last_at":"2026-03-04T05:06:11.500000Z"}""",
            Public(record).GetRawText());

        // Who was counted knows the record; who was not has an event of his own.
        Assert.Equal(4, receipts.Select(receipt => receipt.EventId).Distinct().Count());
        Assert.All(receipts.Skip(3), receipt => Assert.Equal(
            (record.Event.Id, record.Event.OccurredAt, AuditDurability.Queued), (receipt.EventId, receipt.OccurredAt, receipt.Reached)));
    }

    [Fact]
    public async Task Addresses_without_number_leave_no_more_records_than_the_share_of_the_type()
    {
        using var rig = Coalescing(after: 5, inAll: 20);
        for (var number = 0; number < 10_000; number++)
        {
            Assert.True(rig.Writer.TryWrite(Failure(new IPAddress(number + 1).ToString())));
        }

        await DrainAsync(rig);

        Assert.Equal((10_000, 20, 9_980), (rig.Ledger.Offered, rig.Ledger.Stored, rig.Ledger.Coalesced));
        var record = Assert.Single(Records(rig));
        Assert.Equal((null, "many_peers", null, false), (record.Event.Peer, record.Event.Reason, record.Event.TenantId, record.Event.VisibleToTenant));
        Assert.Equal(9_980, Count(record));
    }

    [Fact]
    public async Task An_address_that_is_known_keeps_its_own_record_when_the_share_of_the_type_is_used_up()
    {
        using var rig = Coalescing(after: 5, inAll: 2);
        foreach (var peer in new[] { "192.0.2.1", "192.0.2.2", "192.0.2.1", "192.0.2.3", "192.0.2.3", "192.0.2.4", "192.0.2.1" })
        {
            await rig.Writer.WriteAsync(Failure(peer));
        }

        await DrainAsync(rig);

        Assert.Equal(2, rig.Ledger.Stored);
        Assert.Equal([(null, 3L), ("192.0.2.1", 2L)], Records(rig).Select(record => (record.Event.Peer, Count(record))).OrderBy(told => told.Peer, StringComparer.Ordinal));
    }

    [Fact]
    public async Task Spellings_of_one_host_are_one_address()
    {
        using var rig = Coalescing(after: 1);
        await rig.Writer.WriteAsync(Failure("::ffff:192.0.2.1"));
        await rig.Writer.WriteAsync(Failure("192.0.2.1"));
        await rig.Writer.WriteAsync(Failure("fe80::1%1"));
        await rig.Writer.WriteAsync(Failure("fe80::1%2"));
        await DrainAsync(rig);

        Assert.Equal(["192.0.2.1", "fe80::1"], Records(rig).Select(record => record.Event.Peer).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_success_Critical_and_other_types_are_never_counted_instead_of_stored()
    {
        using var rig = Coalescing(after: 1);
        await rig.StartAsync();
        AuditEvent[] kept =
        [
            new() { Type = Refused, Class = AuditClass.Security, Outcome = AuditOutcome.Success },
            new() { Type = Refused, Class = AuditClass.Security, Outcome = AuditOutcome.Error },
            new() { Type = Refused, Class = AuditClass.Security },
            new() { Type = Refused, Class = AuditClass.Critical, Outcome = AuditOutcome.Denied },
            new() { Type = Refused + ".other", Class = AuditClass.Security, Outcome = AuditOutcome.Denied },
        ];
        foreach (var source in kept.Concat(kept).Concat(kept))
        {
            await rig.Writer.WriteAsync(source);
        }

        await rig.StopAsync();

        Assert.Equal((15, 0), (rig.Ledger.Stored, rig.Ledger.Coalesced));
        rig.AssertBalance();
    }

    [Fact]
    public async Task What_differs_in_outcome_class_tenant_or_visibility_is_counted_apart()
    {
        using var rig = Coalescing(after: 1);
        AuditEvent[] kinds =
        [
            Failure("192.0.2.1"),
            new() { Type = Refused, Class = AuditClass.Security, Outcome = AuditOutcome.Failure, TenantId = "acme", Peer = IPAddress.Parse("192.0.2.1") },
            new() { Type = Refused, Class = AuditClass.Access, Outcome = AuditOutcome.Denied, TenantId = "acme", Peer = IPAddress.Parse("192.0.2.1") },
            new() { Type = Refused, Class = AuditClass.Security, Outcome = AuditOutcome.Denied, TenantId = "other", Peer = IPAddress.Parse("192.0.2.1") },
            new() { Type = Refused, Class = AuditClass.Security, Outcome = AuditOutcome.Denied, TenantId = "acme", VisibleToTenant = false, Peer = IPAddress.Parse("192.0.2.1") },
            new() { Type = Refused, Class = AuditClass.Security, Outcome = AuditOutcome.Denied, TenantId = "no tenant!", Peer = IPAddress.Parse("192.0.2.1") },
            new() { Type = Refused, Class = AuditClass.Security, Outcome = AuditOutcome.Denied },
        ];
        foreach (var source in kinds.Concat(kinds).Concat(kinds))
        {
            Assert.True(rig.Writer.TryWrite(source));
        }

        await DrainAsync(rig);

        Assert.Equal((7, 14), (rig.Ledger.Stored, rig.Ledger.Coalesced));
        Assert.Equal(7, Records(rig).Length);
        Assert.All(Records(rig), record => Assert.Equal(2, Count(record)));
        Assert.Equal(2, Records(rig).Count(record => record.Event is { TenantId: null, VisibleToTenant: false }));
    }

    [Fact]
    public async Task A_window_that_is_over_is_told_of_though_nothing_else_happens_and_the_next_one_begins_anew()
    {
        using var rig = Coalescing(after: 1);
        await rig.Writer.WriteAsync(Failure("192.0.2.1"));
        await rig.Writer.WriteAsync(Failure("192.0.2.1"));
        await rig.StartAsync();
        await rig.Time.PassAsync(rig.Options.Linger);
        Assert.Equal([Refused], (await rig.Store.NextCallAsync()).Types);

        rig.Time.Advance(rig.Options.CoalesceWindow - rig.Options.Linger - TimeSpan.FromTicks(1));
        Assert.False(rig.Floods.IsDue);
        rig.Time.Advance(TimeSpan.FromTicks(1));
        Assert.True(rig.Floods.IsDue);
        await rig.Time.PassAsync(rig.Options.CoalesceWindow);
        var told = await rig.Store.NextCallAsync();

        Assert.Equal(1, Count(Assert.Single(told.Events)));
        await rig.Writer.WriteAsync(Failure("192.0.2.1"));
        await rig.StopAsync();
        Assert.Equal((2, 1), (rig.Ledger.Stored, rig.Ledger.Coalesced));
        rig.AssertBalance();
    }

    [Fact]
    public async Task A_window_without_a_flood_leaves_no_record_and_does_not_count_for_the_next()
    {
        using var rig = Coalescing(after: 2);
        await rig.Writer.WriteAsync(Failure("192.0.2.1"));
        await rig.Writer.WriteAsync(Failure("192.0.2.1"));
        rig.Time.Advance(rig.Options.CoalesceWindow);
        Assert.False(rig.Floods.IsDue);
        await rig.Writer.WriteAsync(Failure("192.0.2.1"));
        await rig.Writer.WriteAsync(Failure("192.0.2.1"));
        await DrainAsync(rig);

        Assert.Equal((4, 0), (rig.Ledger.Stored, rig.Ledger.Coalesced));
        Assert.Empty(Records(rig));
    }

    [Fact]
    public async Task While_the_database_is_away_counting_goes_on_in_the_same_few_records()
    {
        using var rig = Coalescing(after: 1);
        await rig.Writer.WriteAsync(Failure("192.0.2.1"));
        for (var number = 0; number < 49; number++)
        {
            await rig.Writer.WriteAsync(Failure("192.0.2.1"));
            rig.Time.Advance(rig.Options.CoalesceWindow);
        }

        await DrainAsync(rig);

        Assert.Equal(1, rig.Ledger.Stored);
        Assert.Equal(49, Count(Assert.Single(Records(rig))));
    }

    [Fact]
    public async Task Many_records_of_floods_are_stored_in_batches_when_stopping()
    {
        using var rig = Coalescing(after: 1, inAll: 1_000);
        for (var number = 0; number < 2_000; number++)
        {
            await rig.Writer.WriteAsync(Failure(new IPAddress((number % 1_000) + 1).ToString()));
        }

        await DrainAsync(rig);

        Assert.Equal((1_000, 1_000), (rig.Ledger.Stored, rig.Ledger.Coalesced));
        Assert.Equal(1_000, Records(rig).Length);
        while (rig.Store.TryNextCall(out var call))
        {
            Assert.InRange(call!.Events.Length, 1, 1_000);
        }
    }

    [Fact]
    public async Task After_the_last_record_nothing_is_counted_any_more()
    {
        using var rig = Coalescing(after: 1);
        await rig.Writer.WriteAsync(Failure("192.0.2.1"));
        await rig.Writer.WriteAsync(Failure("192.0.2.1"));
        await DrainAsync(rig);

        Assert.False(rig.Writer.TryWrite(Failure("192.0.2.1")));
        await Assert.ThrowsAsync<AuditUnavailableException>(async () => await rig.Writer.WriteAsync(Failure("192.0.2.1")));
        Assert.Equal((1, 1), (rig.Ledger.Coalesced, rig.Ledger.Dropped));
    }

    [Fact]
    public async Task What_no_record_could_tell_of_is_lost_and_said_to_be()
    {
        using var rig = Coalescing(after: 1);
        var failing = new TaskCompletionSource<StoreResult>();
        rig.Store.Script = (_, token) => failing.Task.WaitAsync(token);
        await rig.StartAsync();
        for (var number = 0; number < 5; number++)
        {
            await rig.Writer.WriteAsync(Failure("192.0.2.1"));
        }

        await rig.Time.PassAsync(rig.Options.Linger);
        await rig.Store.NextCallAsync();
        var stopping = rig.StopAsync();
        await rig.Time.PassAsync(rig.Options.DrainTimeout);
        await stopping;

        Assert.Equal((5, 0, 0, 5), (rig.Ledger.Offered, rig.Ledger.Stored, rig.Ledger.Coalesced, rig.Ledger.Lost));
        Assert.True(rig.Logged(5007));
    }

    [Fact]
    public async Task A_record_that_was_on_its_way_is_lost_with_what_it_counts()
    {
        using var rig = Coalescing(after: 1);
        rig.Options.Linger = TimeSpan.Zero;
        for (var number = 0; number < 5; number++)
        {
            await rig.Writer.WriteAsync(Failure("192.0.2.1"));
        }

        rig.Time.Advance(rig.Options.CoalesceWindow);
        rig.Store.Script = async (_, token) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
            return StoreResult.Committed;
        };
        await rig.StartAsync();
        Assert.Equal([Refused, Flood.EventType], (await rig.Store.NextCallAsync()).Types);
        var stopping = rig.StopAsync();
        await rig.Time.PassAsync(rig.Options.DrainTimeout);
        await stopping;

        Assert.Equal((5, 0, 5), (rig.Ledger.Offered, rig.Ledger.Coalesced, rig.Ledger.Lost));
    }

    [Fact]
    public async Task Records_of_floods_go_to_the_disk_and_come_back_from_it_like_events()
    {
        using var spill = new SpillRig(configure: options =>
        {
            options.CoalesceTypes.Add(Refused);
            options.CoalesceAfter = 1;
        });
        spill.IsAway = true;
        for (var number = 0; number < 5; number++)
        {
            await spill.Rig.Writer.WriteAsync(Failure("192.0.2.1"));
        }

        spill.Rig.Time.Advance(spill.Rig.Options.CoalesceWindow);
        await spill.Rig.StartAsync();
        await spill.SpillAsync(1);
        Assert.Equal((5, 1, 4), (spill.Rig.Ledger.Offered, spill.Rig.Ledger.Spilled, spill.Rig.Ledger.Coalesced));

        using var next = new SpillRig(spill.Kill());
        await next.Rig.StartAsync();
        await next.Rig.StopAsync();

        Assert.Equal(1, next.Rig.Ledger.Stored);
        Assert.Equal(4, Count(Assert.Single(Records(next.Rig))));
        next.Rig.AssertBalance();
    }

    private static AuditRig Coalescing(int after, int inAll = 1_000) => new(options =>
    {
        options.CoalesceTypes.Add(Refused);
        options.CoalesceAfter = after;
        options.CoalesceAfterInAll = inAll;
    });

    private static AuditEvent Failure(string peer) => new()
    {
        Type = Refused,
        Class = AuditClass.Security,
        Outcome = AuditOutcome.Denied,
        TenantId = "acme",
        Peer = IPAddress.Parse(peer),
    };

    private static async Task DrainAsync(AuditRig rig)
    {
        await rig.StartAsync();
        await rig.StopAsync();
        Assert.Equal(rig.Ledger.Coalesced, Records(rig).Sum(Count));
        rig.AssertBalance();
    }

    private static ChainedEvent[] Records(AuditRig rig) => [.. rig.Store.Stored.Where(chained => chained.Event.Type == "audit.repeated")];

    private static JsonElement Public(ChainedEvent record) =>
        JsonDocument.Parse(record.Event.Record).RootElement.GetProperty("public");

    private static long Count(ChainedEvent record) => Public(record).GetProperty("count").GetInt64();
}
