namespace Pulse.Audit.Tests.Delivery;

/// <summary>Rows the server refuses, and heads that are not where they were left.</summary>
public sealed class RefusalTests
{
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
        Assert.Equal(AuditDurability.Committed, (await second).Reached);
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
        Assert.Equal(3, rig.Path.Failures);
        rig.Time.Advance(TimeSpan.FromSeconds(0.8));
        await rig.StopAsync();

        Assert.Equal(1, rig.Ledger.Stored);
        rig.AssertBalance();
    }

    [Fact]
    public async Task A_head_that_moves_while_a_row_is_looked_for_ends_the_looking()
    {
        using var rig = new AuditRig(options => options.Linger = TimeSpan.Zero);
        List<(Guid Stream, int Count)> calls = [];
        rig.Store.Script = (call, _) =>
        {
            calls.Add((call.Events[0].Stream, call.Events.Length));
            return calls.Count switch
            {
                1 => Task.FromException<StoreResult>(FakeStore.Refusal("22P02")),
                2 => Task.FromResult(StoreResult.HeadMoved),
                _ => Task.FromResult(StoreResult.Committed),
            };
        };
        await rig.WriteAsync("test.a", "test.b");
        await rig.StartAsync();
        await rig.Time.PassAsync(TimeSpan.FromSeconds(0.2));
        await rig.StopAsync();

        Assert.Equal([2, 1, 2], calls.Select(call => call.Count));
        Assert.Equal(calls[0].Stream, calls[1].Stream);
        Assert.NotEqual(calls[0].Stream, calls[2].Stream);
        Assert.Equal((2, 0), (rig.Ledger.Stored, rig.Ledger.Quarantined));
    }
}
