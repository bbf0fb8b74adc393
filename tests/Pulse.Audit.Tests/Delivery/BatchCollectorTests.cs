namespace Pulse.Audit.Tests.Delivery;

public sealed class BatchCollectorTests
{
    [Fact]
    public async Task A_batch_ends_at_its_number_of_events_without_waiting()
    {
        using var rig = new AuditRig();
        await rig.WriteAsync([.. Enumerable.Repeat("test.many", 501)]);

        Assert.Equal(500, (await rig.Collector.CollectAsync(CancellationToken.None)).Count);
        var rest = rig.Collector.CollectAsync(CancellationToken.None).AsTask();
        await rig.Time.PassAsync(rig.Options.Linger);
        Assert.Single(await rest);
    }

    [Fact]
    public async Task A_batch_ends_before_the_event_that_would_exceed_its_bytes()
    {
        using var rig = new AuditRig();
        var size = rig.Canonicalizer.Canonicalize(AuditRig.Security("test.bytes")).Record.Length;
        rig.Options.BatchMaxBytes = (size * 3) - 1;
        await rig.WriteAsync("test.bytes", "test.bytes", "test.bytes");
        Assert.Equal(2, (await rig.Collector.CollectAsync(CancellationToken.None)).Count);

        using var exact = new AuditRig(options => options.BatchMaxBytes = size * 3);
        await exact.WriteAsync("test.bytes", "test.bytes", "test.bytes", "test.bytes");
        Assert.Equal(3, (await exact.Collector.CollectAsync(CancellationToken.None)).Count);
    }

    [Fact]
    public async Task An_event_larger_than_a_batch_goes_alone()
    {
        using var rig = new AuditRig(options => options.BatchMaxBytes = 1);
        await rig.WriteAsync("test.one", "test.two");

        Assert.Equal("test.one", Assert.Single(await rig.Collector.CollectAsync(CancellationToken.None)).Type);
        Assert.Equal("test.two", Assert.Single(await CollectAndPassAsync(rig)).Type);
    }

    [Fact]
    public async Task A_batch_gathers_what_comes_while_it_lingers()
    {
        using var rig = new AuditRig();
        await rig.WriteAsync("test.one");
        var collecting = rig.Collector.CollectAsync(CancellationToken.None).AsTask();
        await rig.Time.WaitForTimerAsync(rig.Options.Linger);
        await rig.WriteAsync("test.two");
        while (rig.Queue.Reader.TryPeek(out _))
        {
            await Task.Yield();
        }

        Assert.False(collecting.IsCompleted);
        rig.Time.Advance(rig.Options.Linger);

        Assert.Equal(["test.one", "test.two"], (await collecting).Select(pending => pending.Type));
    }

    [Fact]
    public async Task Critical_ends_the_gathering_and_takes_along_what_is_there()
    {
        using var rig = new AuditRig();
        await rig.WriteAsync("test.one");
        var critical = rig.Writer.WriteAsync(AuditRig.Critical()).AsTask();
        await rig.WriteAsync("test.two");

        Assert.Equal(["test.one", "test.critical", "test.two"], (await rig.Collector.CollectAsync(CancellationToken.None)).Select(pending => pending.Type));
        Assert.False(critical.IsCompleted);
    }

    [Fact]
    public async Task Critical_that_comes_later_ends_the_lingering()
    {
        using var rig = new AuditRig();
        await rig.WriteAsync("test.one");
        var collecting = rig.Collector.CollectAsync(CancellationToken.None).AsTask();
        await rig.Time.WaitForTimerAsync(rig.Options.Linger);

        _ = rig.Writer.WriteAsync(AuditRig.Critical()).AsTask();

        Assert.Equal(2, (await collecting).Count);
    }

    [Fact]
    public async Task Without_a_linger_a_batch_goes_at_once()
    {
        using var rig = new AuditRig(options => options.Linger = TimeSpan.Zero);
        await rig.WriteAsync("test.one");

        Assert.Single(await rig.Collector.CollectAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_gap_goes_at_once_even_alone()
    {
        using var rig = new AuditRig();
        rig.Drops.Add(AuditClass.Access, rig.Time.GetUtcNow());

        var gap = Assert.Single(await rig.Collector.CollectAsync(CancellationToken.None));

        Assert.Equal(("audit.gap", 1L, AuditClass.Security, AuditOutcome.Failure, false), (gap.Type, gap.GapCount, gap.Class, gap.Outcome, gap.VisibleToTenant));
        Assert.True(rig.Drops.IsEmpty);
    }

    [Fact]
    public async Task A_closed_and_empty_queue_yields_nothing_more()
    {
        using var rig = new AuditRig();
        await rig.WriteAsync("test.one");
        rig.Queue.Close();

        Assert.Single(await rig.Collector.CollectAsync(CancellationToken.None));
        Assert.Empty(await rig.Collector.CollectAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Aborting_ends_the_wait_and_the_lingering()
    {
        using var rig = new AuditRig();
        using var abort = new CancellationTokenSource();
        var waiting = rig.Collector.CollectAsync(abort.Token).AsTask();
        await rig.WriteAsync("test.one");
        await rig.Time.WaitForTimerAsync(rig.Options.Linger);

        await abort.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    private static async Task<IReadOnlyList<PendingEvent>> CollectAndPassAsync(AuditRig rig)
    {
        var collecting = rig.Collector.CollectAsync(CancellationToken.None).AsTask();
        await rig.Time.PassAsync(rig.Options.Linger);
        return await collecting;
    }
}
