namespace Pulse.Audit.Tests.Queue;

public sealed class AuditWriterTests
{
    [Fact]
    public async Task Critical_may_not_be_tried()
    {
        using var rig = new AuditRig();

        Assert.Throws<ArgumentException>(() => rig.Writer.TryWrite(AuditRig.Critical()));
        Assert.Throws<ArgumentNullException>(() => rig.Writer.TryWrite(null!));
        await Assert.ThrowsAsync<ArgumentNullException>(async () => await rig.Writer.WriteAsync(null!));
        Assert.Equal(0, rig.Ledger.Offered);
    }

    [Fact]
    public async Task Access_beyond_the_queue_is_dropped_and_told_of_by_one_chained_gap_record()
    {
        using var rig = new AuditRig(options => options.MaxQueuedEvents = 3);
        Assert.True(rig.Writer.TryWrite(AuditRig.Access()));
        Assert.True(rig.Writer.TryWrite(AuditRig.Access()));
        Assert.True(rig.Writer.TryWrite(AuditRig.Access()));
        Assert.False(rig.Writer.TryWrite(AuditRig.Access()));
        rig.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.False(rig.Writer.TryWrite(AuditRig.Access()));

        await rig.StartAsync();
        var call = await rig.Store.NextCallAsync();
        await rig.StopAsync();

        Assert.Equal(["test.access", "test.access", "test.access", "audit.gap"], call.Types);
        var record = System.Text.Encoding.UTF8.GetString(call.Events[3].Event.Record);
        Assert.Contains(
            "\"public\":{\"count\":2,\"security\":0,\"first_at\":\"2026-03-04T05:06:07.0000000+00:00\",\"last_at\":\"2026-03-04T05:06:09.0000000+00:00\"}",
            record,
            StringComparison.Ordinal);
        Assert.Equal((5, 3, 2, 2), (rig.Ledger.Offered, rig.Ledger.Stored, rig.Ledger.Dropped, rig.Ledger.Declared));
        Assert.Equal(2, rig.Ledger.DroppedFor(BudgetAnswer.TooManyEvents));
        Assert.True(rig.Logged(5006));
        Assert.False(rig.Logged(5007));
        rig.AssertBalance();
    }

    [Fact]
    public void The_byte_budget_drops_too()
    {
        using var rig = new AuditRig(options => options.MaxQueuedBytes = 32 << 10);
        var large = new AuditEvent { Type = "x", Class = AuditClass.Access, Fields = [.. Enumerable.Range(0, 10).Select(number => AuditField.Public($"f{number}", new string('x', 2000)))] };

        Assert.True(rig.Writer.TryWrite(large));
        Assert.False(rig.Writer.TryWrite(large));
        Assert.True(rig.Writer.TryWrite(AuditRig.Access()));
        Assert.Equal(1, rig.Ledger.DroppedFor(BudgetAnswer.TooManyBytes));
    }

    [Fact]
    public async Task Security_waits_for_room_and_is_never_dropped()
    {
        using var rig = new AuditRig(options => options.MaxQueuedEvents = 1);
        Assert.True(rig.Writer.TryWrite(AuditRig.Access()));
        var waiting = rig.Writer.WriteAsync(AuditRig.Security()).AsTask();
        Assert.False(waiting.IsCompleted);

        await rig.StartAsync();
        await rig.Time.PassAsync(rig.Options.Linger);
        var receipt = await waiting;
        await rig.StopAsync();

        Assert.Equal(AuditDurability.Queued, receipt.Reached);
        Assert.Equal(receipt.EventId, rig.Store.Stored[1].Event.Id);
        Assert.Equal(receipt.OccurredAt, rig.Store.Stored[1].Event.OccurredAt);
        Assert.Equal(0, rig.Ledger.Dropped);
        rig.AssertBalance();
    }

    [Fact]
    public async Task A_caller_that_gives_up_waiting_for_room_keeps_its_event()
    {
        using var rig = new AuditRig(options => options.MaxQueuedEvents = 1);
        rig.Writer.TryWrite(AuditRig.Access());
        using var cancel = new CancellationTokenSource();
        var waiting = rig.Writer.WriteAsync(AuditRig.Security(), cancel.Token).AsTask();

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await rig.Writer.WriteAsync(AuditRig.Security(), cancel.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await rig.Writer.WriteAsync(AuditRig.Critical(), cancel.Token));
        Assert.Equal(1, rig.Ledger.Offered);
        rig.AssertBalance();
    }

    [Fact]
    public async Task Critical_completes_only_after_the_commit_and_asks_for_a_durable_one()
    {
        using var rig = new AuditRig();
        var commit = new TaskCompletionSource<StoreResult>();
        rig.Store.Script = (_, _) => commit.Task;
        await rig.StartAsync();

        var writing = rig.Writer.WriteAsync(AuditRig.Critical()).AsTask();
        var call = await rig.Store.NextCallAsync();
        Assert.False(writing.IsCompleted);
        Assert.True(call.Synchronous);
        Assert.True(rig.Queue.HasCriticalWaiting);
        commit.SetResult(StoreResult.Committed);
        var receipt = await writing;

        Assert.Equal(AuditDurability.Committed, receipt.Reached);
        Assert.Equal(call.Events[0].Event.Id, receipt.EventId);
        Assert.False(rig.Queue.HasCriticalWaiting);
        await rig.StopAsync();
    }

    [Fact]
    public async Task Critical_fails_at_its_cap_and_the_accepted_event_is_stored_all_the_same()
    {
        using var rig = new AuditRig();
        var commit = new TaskCompletionSource<StoreResult>();
        rig.Store.Script = (_, _) => commit.Task;
        await rig.StartAsync();
        var writing = rig.Writer.WriteAsync(AuditRig.Critical()).AsTask();
        await rig.Store.NextCallAsync();

        rig.Time.Advance(TimeSpan.FromSeconds(9.999));
        Assert.False(writing.IsCompleted);
        rig.Time.Advance(TimeSpan.FromSeconds(0.001));
        var failure = await Assert.ThrowsAsync<AuditUnavailableException>(() => writing);
        Assert.Contains("00:00:10", failure.Message, StringComparison.Ordinal);
        Assert.False(rig.Queue.HasCriticalWaiting);

        commit.SetResult(StoreResult.Committed);
        await rig.StopAsync();
        Assert.Equal(1, rig.Ledger.Stored);
        rig.AssertBalance();
    }

    [Fact]
    public async Task The_cap_of_Critical_counts_the_wait_for_room()
    {
        using var rig = new AuditRig(options => options.MaxQueuedEvents = 1);
        rig.Writer.TryWrite(AuditRig.Access());
        var writing = rig.Writer.WriteAsync(AuditRig.Critical()).AsTask();

        rig.Time.Advance(TimeSpan.FromSeconds(10));

        await Assert.ThrowsAsync<AuditUnavailableException>(() => writing);
        Assert.Equal(1, rig.Ledger.Offered);
    }

    [Fact]
    public async Task A_caller_of_Critical_that_gives_up_does_not_take_its_event_back()
    {
        using var rig = new AuditRig();
        var commit = new TaskCompletionSource<StoreResult>();
        CancellationToken seen = default;
        rig.Store.Script = (_, token) =>
        {
            seen = token;
            return commit.Task;
        };
        await rig.StartAsync();
        using var cancel = new CancellationTokenSource();
        var writing = rig.Writer.WriteAsync(AuditRig.Critical(), cancel.Token).AsTask();
        await rig.Store.NextCallAsync();

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing);
        Assert.False(seen.IsCancellationRequested);
        commit.SetResult(StoreResult.Committed);
        await rig.StopAsync();
        Assert.Equal(1, rig.Ledger.Stored);
    }

    [Fact]
    public async Task A_stopped_writer_refuses_and_counts()
    {
        using var rig = new AuditRig();
        await rig.StartAsync();
        await rig.StopAsync();

        Assert.False(rig.Writer.TryWrite(AuditRig.Access()));
        await Assert.ThrowsAsync<AuditUnavailableException>(async () => await rig.Writer.WriteAsync(AuditRig.Security()));
        await Assert.ThrowsAsync<AuditUnavailableException>(async () => await rig.Writer.WriteAsync(AuditRig.Critical()));
        Assert.Equal(1, rig.Ledger.DroppedFor(BudgetAnswer.Closed));
        rig.AssertBalance();
    }
}
