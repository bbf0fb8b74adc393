using Npgsql;

namespace Pulse.Audit.Tests.Delivery;

public sealed class AuditLoopTests
{
    [Fact]
    public async Task Events_are_numbered_in_the_order_they_were_queued()
    {
        using var rig = new AuditRig(options => options.BatchMaxEvents = 2);
        await rig.WriteAsync("test.a", "test.b", "test.c");

        await rig.StartAsync();
        await rig.StopAsync();

        Assert.Equal(["test.a", "test.b", "test.c"], rig.Store.Stored.Select(chained => chained.Event.Type));
        Assert.Equal([1L, 2, 3], rig.Store.Stored.Select(chained => chained.Sequence));
        Assert.Single(rig.Store.Stored.Select(chained => chained.Stream).Distinct());
        Assert.True(rig.Logged(5008));
        rig.AssertBalance();
    }

    [Fact]
    public async Task A_batch_without_Critical_leaves_durability_to_the_server()
    {
        using var rig = new AuditRig();
        await rig.WriteAsync("test.a");

        await rig.StartAsync();
        await rig.StopAsync();

        Assert.False((await rig.Store.NextCallAsync()).Synchronous);
    }

    [Theory]
    [InlineData("08006")]
    [InlineData("53300")]
    [InlineData("57P01")]
    [InlineData("57P03")]
    [InlineData("42501")]
    public async Task A_server_that_cannot_is_tried_again_with_growing_pauses_and_the_same_batch(string sqlState)
    {
        using var rig = new AuditRig(options => options.Linger = TimeSpan.Zero);
        rig.Store.FailTimes(3, FakeStore.Refusal(sqlState));
        await rig.WriteAsync("test.a");
        await rig.StartAsync();

        var first = await rig.Store.NextCallAsync();
        await rig.Time.WaitForTimerAsync(TimeSpan.FromSeconds(0.2));
        Assert.Equal(1, rig.Path.Failures);
        Assert.False(rig.Store.TryNextCall(out _));
        rig.Time.Advance(TimeSpan.FromSeconds(0.2));
        var second = await rig.Store.NextCallAsync();
        await rig.Time.PassAsync(TimeSpan.FromSeconds(0.4));
        await rig.Store.NextCallAsync();
        await rig.Time.PassAsync(TimeSpan.FromSeconds(0.8));
        await rig.Store.NextCallAsync();
        await rig.StopAsync();

        Assert.Equal(first.Events, second.Events);
        Assert.Equal(0, rig.Path.Failures);
        Assert.Equal(sqlState == "42501", rig.Logged(5002));
        Assert.Equal(sqlState != "42501", rig.Logged(5001));
        Assert.True(rig.Logged(5003));
        rig.AssertBalance();
    }

    [Fact]
    public async Task Any_other_exception_is_tried_again_too()
    {
        using var rig = new AuditRig(options => options.Linger = TimeSpan.Zero);
        rig.Store.FailTimes(1, new InvalidOperationException("a defect"));
        await rig.WriteAsync("test.a");
        await rig.StartAsync();

        await rig.Time.PassAsync(TimeSpan.FromSeconds(0.2));
        await rig.StopAsync();

        Assert.Equal(1, rig.Ledger.Stored);
    }

    [Fact]
    public async Task An_attempt_that_hangs_is_given_up()
    {
        using var rig = new AuditRig(options => options.Linger = TimeSpan.Zero);
        var calls = 0;
        rig.Store.Script = async (_, token) =>
        {
            if (++calls == 1)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, rig.Time, token);
            }

            return StoreResult.Committed;
        };
        await rig.WriteAsync("test.a");
        await rig.StartAsync();

        await rig.Time.PassAsync(rig.Options.StoreTimeout);
        await rig.Time.PassAsync(TimeSpan.FromSeconds(0.2));
        await rig.StopAsync();

        Assert.Equal(2, calls);
        rig.AssertBalance();
    }

    [Fact]
    public async Task While_Critical_waits_no_pause_is_longer_than_a_second()
    {
        using var rig = new AuditRig(options => options.Linger = TimeSpan.Zero);
        rig.Store.FailTimes(5, new NpgsqlException("down"));
        await rig.WriteAsync("test.a");
        await rig.StartAsync();
        foreach (var seconds in new[] { 0.2, 0.4, 0.8, 1, 0.6 })
        {
            await rig.Time.PassAsync(TimeSpan.FromSeconds(seconds));
        }

        // The fifth pause would take 3.2 s.
        await rig.Time.WaitForTimerAsync(TimeSpan.FromSeconds(1));
        var critical = rig.Writer.WriteAsync(AuditRig.Critical()).AsTask();
        rig.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(AuditDurability.Committed, (await critical).Reached);
        await rig.StopAsync();
    }

    [Fact]
    public async Task A_commit_whose_answer_was_lost_counts_as_stored()
    {
        using var rig = new AuditRig(options => options.Linger = TimeSpan.Zero);
        rig.Store.Script = (_, _) => Task.FromResult(StoreResult.AlreadyCommitted);
        await rig.StartAsync();

        Assert.Equal(AuditDurability.Committed, (await rig.Writer.WriteAsync(AuditRig.Critical())).Reached);
        await rig.StopAsync();

        Assert.Equal(1, rig.Ledger.Stored);
    }

    [Fact]
    public async Task A_loop_that_breaks_off_says_so_and_lets_nobody_wait()
    {
        using var rig = new AuditRig(options => options.MaxQueuedEvents = 1);
        var waiting = rig.Writer.WriteAsync(AuditRig.Critical()).AsTask();
        rig.Writer.TryWrite(AuditRig.Access());
        var security = rig.Writer.WriteAsync(AuditRig.Security()).AsTask();
        rig.Path.Open();
        rig.Time.Broken = true;

        await rig.Path.Loop.RunAsync(CancellationToken.None, CancellationToken.None);

        await Assert.ThrowsAsync<AuditUnavailableException>(() => waiting);
        await Assert.ThrowsAsync<AuditUnavailableException>(() => security);
        Assert.True(rig.Logged(5009));
        Assert.Equal((2, 1, 1), (rig.Ledger.Offered, rig.Ledger.Dropped, rig.Ledger.Lost));
        rig.AssertBalance();
    }

    [Fact]
    public async Task Memory_stays_within_its_budget_during_an_outage_and_every_drop_is_declared_after_it()
    {
        using var rig = new AuditRig(options =>
        {
            options.MaxQueuedEvents = 10;
            options.BatchMaxEvents = 4;
            options.Linger = TimeSpan.Zero;
        });
        rig.Store.FailTimes(1, new NpgsqlException("down"));
        await rig.StartAsync();
        rig.Writer.TryWrite(AuditRig.Access());
        await rig.Store.NextCallAsync();
        await rig.Time.WaitForTimerAsync(TimeSpan.FromSeconds(0.2));

        var taken = Enumerable.Range(0, 30).Count(_ => rig.Writer.TryWrite(AuditRig.Access()));
        Assert.Equal(8, taken);
        Assert.Equal(9, rig.Queue.Pending);
        rig.Time.Advance(TimeSpan.FromSeconds(0.2));
        await rig.StopAsync();

        Assert.Equal((31, 9, 22, 22), (rig.Ledger.Offered, rig.Ledger.Stored, rig.Ledger.Dropped, rig.Ledger.Declared));
        Assert.Equal((0, 0L), (rig.Queue.Pending, rig.Queue.PendingBytes));
        rig.AssertBalance();
    }

    [Fact]
    public async Task The_age_of_the_oldest_event_runs_while_it_is_queued_and_in_flight()
    {
        using var rig = new AuditRig(options => options.Linger = TimeSpan.Zero);
        Assert.Equal(TimeSpan.Zero, rig.Path.OldestAge);
        var commit = new TaskCompletionSource<StoreResult>();
        rig.Store.Script = (_, _) => commit.Task;
        await rig.WriteAsync("test.a");
        rig.Time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(TimeSpan.FromSeconds(3), rig.Path.OldestAge);

        await rig.StartAsync();
        await rig.Store.NextCallAsync();
        rig.Time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(TimeSpan.FromSeconds(7), rig.Path.OldestAge);

        commit.SetResult(StoreResult.Committed);
        await rig.StopAsync();
        Assert.Equal(TimeSpan.Zero, rig.Path.OldestAge);
    }
}
