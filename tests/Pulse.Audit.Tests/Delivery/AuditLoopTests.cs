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
        Assert.Equal(1, rig.Loop.Failures);
        Assert.False(rig.Store.TryNextCall(out _));
        rig.Time.Advance(TimeSpan.FromSeconds(0.2));
        var second = await rig.Store.NextCallAsync();
        await rig.Time.PassAsync(TimeSpan.FromSeconds(0.4));
        await rig.Store.NextCallAsync();
        await rig.Time.PassAsync(TimeSpan.FromSeconds(0.8));
        await rig.Store.NextCallAsync();
        await rig.StopAsync();

        Assert.Equal(first.Events, second.Events);
        Assert.Equal(0, rig.Loop.Failures);
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

        Assert.True((await critical).Committed);
        await rig.StopAsync();
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(8, 0)]
    [InlineData(8, 7)]
    [InlineData(13, 6)]
    public async Task A_refused_row_is_found_by_halving_and_everything_else_is_stored(int count, int poison)
    {
        using var rig = new AuditRig();
        rig.Store.Script = (call, _) => call.SqlState is null && call.Types.Contains("test.poison", StringComparer.Ordinal)
            ? Task.FromException<StoreResult>(FakeStore.Refusal("22P02"))
            : Task.FromResult(StoreResult.Committed);
        await rig.WriteAsync([.. Enumerable.Range(0, count).Select(number => number == poison ? "test.poison" : "test.good")]);

        await rig.StartAsync();
        await rig.StopAsync();

        Assert.Equal(count - 1, rig.Ledger.Stored);
        var (refused, sqlState) = Assert.Single(rig.Store.Quarantined);
        Assert.Equal(("test.poison", (long)poison + 1, "22P02"), (refused.Event.Type, refused.Sequence, sqlState));
        Assert.Equal(1, rig.Ledger.Quarantined);
        Assert.True(rig.Logged(5004));
        rig.AssertBalance();
    }

    [Fact]
    public async Task Several_refused_rows_are_all_found()
    {
        using var rig = new AuditRig();
        rig.Store.Script = (call, _) => call.SqlState is null && call.Types.Contains("test.poison", StringComparer.Ordinal)
            ? Task.FromException<StoreResult>(FakeStore.Refusal("23514"))
            : Task.FromResult(StoreResult.Committed);
        await rig.WriteAsync([.. Enumerable.Range(0, 50).Select(number => number % 7 == 0 ? "test.poison" : "test.good")]);

        await rig.StartAsync();
        await rig.StopAsync();

        Assert.Equal((42, 8), (rig.Ledger.Stored, rig.Ledger.Quarantined));
        rig.AssertBalance();
    }

    [Fact]
    public async Task Quarantining_is_tried_again_as_well()
    {
        using var rig = new AuditRig(options => options.Linger = TimeSpan.Zero);
        var outages = 2;
        rig.Store.Script = (call, _) => call.SqlState is null || outages-- > 0
            ? Task.FromException<StoreResult>(FakeStore.Refusal(call.SqlState is null ? "22P02" : "22000"))
            : Task.FromResult(StoreResult.Committed);
        await rig.WriteAsync("test.poison");
        await rig.StartAsync();

        await rig.Time.PassAsync(TimeSpan.FromSeconds(0.2));
        await rig.Time.PassAsync(TimeSpan.FromSeconds(0.4));
        await rig.StopAsync();

        Assert.Equal(1, rig.Ledger.Quarantined);
        rig.AssertBalance();
    }

    [Fact]
    public async Task A_refused_Critical_event_fails_its_caller()
    {
        using var rig = new AuditRig();
        rig.Store.Script = (call, _) => call.SqlState is null
            ? Task.FromException<StoreResult>(FakeStore.Refusal("22P02"))
            : Task.FromResult(StoreResult.Committed);
        await rig.StartAsync();

        var failure = await Assert.ThrowsAsync<AuditUnavailableException>(async () => await rig.Writer.WriteAsync(AuditRig.Critical()));

        Assert.Contains("22P02", failure.Message, StringComparison.Ordinal);
        await rig.StopAsync();
    }

    [Fact]
    public async Task An_event_that_is_stored_elsewhere_already_is_quarantined_as_a_duplicate()
    {
        using var rig = new AuditRig();
        rig.Store.Script = (call, _) => Task.FromResult(
            call.SqlState is null && call.Types.Contains("test.twice", StringComparer.Ordinal) ? StoreResult.Duplicate : StoreResult.Committed);
        await rig.WriteAsync("test.a", "test.twice", "test.b");

        await rig.StartAsync();
        await rig.StopAsync();

        Assert.Equal("23505", Assert.Single(rig.Store.Quarantined).SqlState);
        Assert.Equal(2, rig.Ledger.Stored);
        rig.AssertBalance();
    }

    [Fact]
    public async Task A_commit_whose_answer_was_lost_counts_as_stored()
    {
        using var rig = new AuditRig(options => options.Linger = TimeSpan.Zero);
        rig.Store.Script = (_, _) => Task.FromResult(StoreResult.AlreadyCommitted);
        await rig.StartAsync();

        Assert.True((await rig.Writer.WriteAsync(AuditRig.Critical())).Committed);
        await rig.StopAsync();

        Assert.Equal(1, rig.Ledger.Stored);
    }

    [Fact]
    public async Task A_moved_head_starts_a_new_stream_with_what_is_not_settled()
    {
        using var rig = new AuditRig();
        Guid? lost = null;
        rig.Store.Script = (call, _) =>
        {
            if (call.Types.Contains("test.second", StringComparer.Ordinal) && lost is null)
            {
                lost = call.Events[0].Stream;
                return Task.FromResult(StoreResult.HeadMoved);
            }

            return Task.FromResult(StoreResult.Committed);
        };
        await rig.StartAsync();
        await rig.Writer.WriteAsync(AuditRig.Critical("test.first"));

        var second = rig.Writer.WriteAsync(AuditRig.Critical("test.second")).AsTask();
        await rig.Time.PassAsync(TimeSpan.FromSeconds(0.2));
        Assert.True((await second).Committed);
        await rig.StopAsync();

        Assert.Equal(lost, rig.Store.Stored[0].Stream);
        Assert.NotEqual(lost, rig.Store.Stored[1].Stream);
        Assert.Equal([1L, 1], rig.Store.Stored.Select(chained => chained.Sequence));
        Assert.True(rig.Logged(5005));
        rig.AssertBalance();
    }

    [Fact]
    public async Task A_head_that_moves_between_two_halves_re_chains_the_rest_only()
    {
        using var rig = new AuditRig();
        var forked = false;
        rig.Store.Script = (call, _) =>
        {
            if (call.Events.Length == 4)
            {
                return Task.FromException<StoreResult>(FakeStore.Refusal("22000"));
            }

            if (call.Types.First() == "test.c" && !forked)
            {
                forked = true;
                return Task.FromResult(StoreResult.HeadMoved);
            }

            return Task.FromResult(StoreResult.Committed);
        };
        await rig.WriteAsync("test.a", "test.b", "test.c", "test.d");

        await rig.StartAsync();
        await rig.Time.PassAsync(rig.Options.Linger);
        await rig.Time.PassAsync(TimeSpan.FromSeconds(0.2));
        await rig.StopAsync();

        Assert.Equal(["test.a", "test.b", "test.c", "test.d"], rig.Store.Stored.Select(chained => chained.Event.Type));
        Assert.Equal([1L, 2, 1, 2], rig.Store.Stored.Select(chained => chained.Sequence));
        Assert.Equal(4, rig.Ledger.Stored);
        rig.AssertBalance();
    }

    [Fact]
    public async Task A_head_nobody_lets_us_move_is_tried_with_growing_pauses()
    {
        using var rig = new AuditRig(options => options.Linger = TimeSpan.Zero);
        var moves = 3;
        rig.Store.Script = (_, _) => Task.FromResult(moves-- > 0 ? StoreResult.HeadMoved : StoreResult.Committed);
        await rig.WriteAsync("test.a");
        await rig.StartAsync();

        await rig.Time.PassAsync(TimeSpan.FromSeconds(0.2));
        await rig.Time.PassAsync(TimeSpan.FromSeconds(0.4));
        await rig.Time.WaitForTimerAsync(TimeSpan.FromSeconds(0.8));
        Assert.Equal(3, rig.Loop.Failures);
        rig.Time.Advance(TimeSpan.FromSeconds(0.8));
        await rig.StopAsync();

        Assert.Equal(1, rig.Ledger.Stored);
        rig.AssertBalance();
    }

    [Fact]
    public async Task A_loop_that_breaks_off_says_so_and_lets_nobody_wait()
    {
        using var rig = new AuditRig(options => options.MaxQueuedEvents = 1);
        var waiting = rig.Writer.WriteAsync(AuditRig.Critical()).AsTask();
        rig.Writer.TryWrite(AuditRig.Access());
        var security = rig.Writer.WriteAsync(AuditRig.Security()).AsTask();
        rig.Time.Broken = true;

        await rig.StartAsync();

        await Assert.ThrowsAsync<AuditUnavailableException>(() => waiting);
        await Assert.ThrowsAsync<AuditUnavailableException>(() => security);
        await rig.StopAsync();
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
        Assert.Equal(9, taken);
        Assert.Equal(10, rig.Queue.Pending);
        rig.Time.Advance(TimeSpan.FromSeconds(0.2));
        await rig.StopAsync();

        Assert.Equal((31, 10, 21, 21), (rig.Ledger.Offered, rig.Ledger.Stored, rig.Ledger.Dropped, rig.Ledger.Declared));
        Assert.Equal((0, 0L), (rig.Queue.Pending, rig.Queue.PendingBytes));
        rig.AssertBalance();
    }

    [Fact]
    public async Task The_age_of_the_oldest_event_runs_while_it_is_queued_and_in_flight()
    {
        using var rig = new AuditRig(options => options.Linger = TimeSpan.Zero);
        Assert.Equal(TimeSpan.Zero, rig.Loop.OldestAge);
        var commit = new TaskCompletionSource<StoreResult>();
        rig.Store.Script = (_, _) => commit.Task;
        await rig.WriteAsync("test.a");
        rig.Time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(TimeSpan.FromSeconds(3), rig.Loop.OldestAge);

        await rig.StartAsync();
        await rig.Store.NextCallAsync();
        rig.Time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(TimeSpan.FromSeconds(7), rig.Loop.OldestAge);

        commit.SetResult(StoreResult.Committed);
        await rig.StopAsync();
        Assert.Equal(TimeSpan.Zero, rig.Loop.OldestAge);
    }
}
