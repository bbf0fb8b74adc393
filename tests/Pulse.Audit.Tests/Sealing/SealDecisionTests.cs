using Pulse.Audit.Tests.Evidence;
using Pulse.Audit.Tests.Verification;

namespace Pulse.Audit.Tests.Sealing;

public sealed class SealDecisionTests : IDisposable
{
    private readonly Trail _trail = Trail.Sealed();

    public void Dispose() => _trail.Dispose();

    [Fact]
    public void A_plan_takes_streams_in_order_up_to_its_limit()
    {
        StreamReach[] streams = [new(Trail.StreamB, 0, 5), new(Trail.StreamA, 2, 5)];

        Assert.Equal(
            [new SealedRun(10, Trail.StreamA, 3, 5), new SealedRun(13, Trail.StreamB, 1, 5)], SealPlan.Of(streams, 10, 8, new HashSet<Guid>()));
        Assert.Equal(
            [new SealedRun(10, Trail.StreamA, 3, 5), new SealedRun(13, Trail.StreamB, 1, 1)], SealPlan.Of(streams, 10, 4, new HashSet<Guid>()));
        Assert.Equal([new SealedRun(10, Trail.StreamA, 3, 5)], SealPlan.Of(streams, 10, 3, new HashSet<Guid>()));
        Assert.Equal([new SealedRun(0, Trail.StreamB, 1, 3)], SealPlan.Of(streams, 0, 3, new HashSet<Guid> { Trail.StreamA }));
        Assert.Empty(SealPlan.Of([new(Trail.StreamA, 5, 5)], 10, 8, new HashSet<Guid>()));
    }

    [Fact]
    public void Without_a_broken_stream_the_runs_move_together()
    {
        SealedRun[] runs = [new(10, Trail.StreamA, 3, 5), new(13, Trail.StreamB, 1, 5), new(18, Guid.Empty, 2, 2)];

        Assert.Equal([new SealedRun(10, Trail.StreamB, 1, 5), new SealedRun(15, Guid.Empty, 2, 2)], SealPlan.Without([Trail.StreamA], runs, 10));
    }

    [Fact]
    public void A_run_that_holds_gives_its_hashes()
    {
        var links = Links(Trail.StreamA);

        Assert.Equal([.. links.Select(link => link.Hash)], RunCheck.HashesOf(new SealedRun(0, Trail.StreamA, 1, 4), links));
        Assert.Equal([.. links.Skip(2).Select(link => link.Hash)], RunCheck.HashesOf(new SealedRun(0, Trail.StreamA, 3, 4), [.. links.Skip(1)]));

        // What lies before it was taken out by retention: the run's own first link says what it was.
        Assert.NotNull(RunCheck.HashesOf(new SealedRun(0, Trail.StreamA, 3, 4), [.. links.Skip(2)]));
    }

    [Theory]
    [InlineData("short")]
    [InlineData("long")]
    [InlineData("hole")]
    [InlineData("record")]
    [InlineData("link")]
    [InlineData("first")]
    [InlineData("before")]
    [InlineData("none")]
    public void A_run_that_does_not_hold_is_not_sealed(string changed)
    {
        var links = Links(Trail.StreamA);
        var run = new SealedRun(0, Trail.StreamA, 2, 4);
        switch (changed)
        {
            case "short":
                links.RemoveAt(3);
                break;
            case "long":
                links.Add(links[3] with { Sequence = 5 });
                break;
            case "hole":
                links[2] = links[2] with { Sequence = 4 };
                break;
            case "record":
                links[2] = links[2] with { Record = links[1].Record };
                break;
            case "link":
                links[2] = links[2] with { PreviousHash = new byte[32] };
                break;
            case "first":
                run = run with { FirstSequence = 1 };
                links[0] = links[0] with { PreviousHash = links[1].Hash };
                break;
            case "before":
                links[0] = links[0] with { Hash = new byte[32] };
                break;
            default:
                links.Clear();
                break;
        }

        Assert.Null(RunCheck.HashesOf(run, links));
    }

    [Fact]
    public void A_log_goes_on_from_its_newest_checkpoint()
    {
        Assert.Equal(SealRefusal.None, State().Judge(TestKey.Origin, seen: null, out var tree));
        Assert.Equal(8, tree.Size);
        Assert.Equal(SealRefusal.None, State().Judge(TestKey.Origin, new TreeHead(TestKey.Origin, 8, tree.Root), out _));
        Assert.Equal(SealRefusal.None, State().Judge(TestKey.Origin, new TreeHead(TestKey.Origin, 7, new byte[32]), out _));
        Assert.Equal(SealRefusal.None, new SealState(null, null, null, null).Judge(TestKey.Origin, seen: null, out var none));
        Assert.Equal(0, none.Size);
    }

    [Fact]
    public void A_log_that_went_back_is_not_gone_on_from()
    {
        Assert.Equal(SealRefusal.LogWentBack, State().Judge(TestKey.Origin, new TreeHead(TestKey.Origin, 9, new byte[32]), out _));
        Assert.Equal(SealRefusal.LogWentBack, State().Judge(TestKey.Origin, new TreeHead(TestKey.Origin, 8, new byte[32]), out _));
        Assert.Equal(SealRefusal.LogWentBack, new SealState(null, null, null, null).Judge(TestKey.Origin, new TreeHead(TestKey.Origin, 1, new byte[32]), out _));
    }

    [Fact]
    public void A_log_of_another_name_is_not_gone_on_from() =>
        Assert.Equal(SealRefusal.OriginChanged, State().Judge("example.org/other", seen: null, out _));

    [Fact]
    public void A_checkpoint_that_does_not_hold_is_not_gone_on_from()
    {
        var state = State();
        SealState[] forged =
        [
            state with { Frontier = new byte[32] },
            state with { Frontier = new byte[64] },
            state with { LastKey = _trail.First.PublicKey.ToArray() },
            state with { Last = state.Last! with { Note = "" } },
            state with { Last = state.Last! with { Note = TestKey.Sign("no\ncheckpoint\n", _trail.Second) } },
            state with { Last = state.Last! with { TreeSize = 16 } },
            state with { Last = _trail.Checkpoints[0] with { TreeSize = 8 } },
        ];
        foreach (var wrong in forged)
        {
            Assert.Equal(SealRefusal.CheckpointForged, wrong.Judge(TestKey.Origin, seen: null, out _));
        }
    }

    [Fact]
    public void A_new_key_is_handed_over_to_by_the_one_before_it_alone()
    {
        using var third = TestKey.Create();
        var state = State();

        Assert.True(state.TryFindHandover(_trail.Second, null, out var by));
        Assert.Null(by);
        Assert.True(state.TryFindHandover(_trail.Second, _trail.First, out by));
        Assert.Null(by);
        Assert.True(state.TryFindHandover(third, _trail.Second, out by));
        Assert.Same(_trail.Second, by);
        Assert.False(state.TryFindHandover(third, _trail.First, out _));
        Assert.False(state.TryFindHandover(third, null, out _));
        Assert.True((state with { Epoch = null }).TryFindHandover(third, null, out by));
        Assert.Same(third, by);
    }

    [Theory]
    [InlineData("", 5_000, 1, 1, 1)]
    [InlineData("two words", 5_000, 1, 1, 1)]
    [InlineData("a+b", 5_000, 1, 1, 1)]
    [InlineData("a\n", 5_000, 1, 1, 1)]
    [InlineData("ä", 5_000, 1, 1, 1)]
    [InlineData("a", 99, 1, 1, 1)]
    [InlineData("a", 3_600_001, 1, 1, 1)]
    [InlineData("a", 5_000, 0, 1, 1)]
    [InlineData("a", 5_000, 1_000_001, 1, 1)]
    [InlineData("a", 5_000, 1, 0, 1)]
    [InlineData("a", 5_000, 1, 25, 1)]
    [InlineData("", 99, 0, 0, 4)]
    [InlineData("a", 100, 1, 1, 0)]
    [InlineData("~!", 3_600_000, 1_000_000, 24, 0)]
    public void Settings_have_their_bounds(string origin, int milliseconds, int events, int months, int failures)
    {
        var options = new AuditSealingOptions
        {
            Origin = origin, SealEvery = TimeSpan.FromMilliseconds(milliseconds), MaxEventsPerSeal = events, MonthsAhead = months,
        };

        Assert.Equal(failures, new AuditSealingOptionsValidator().Validate(null, options).Failures?.Count() ?? 0);
    }

    [Theory]
    [InlineData(128, true)]
    [InlineData(129, false)]
    public void A_name_has_at_most_128_characters(int length, bool taken) =>
        Assert.Equal(taken, new AuditSealingOptionsValidator().Validate(null, new AuditSealingOptions { Origin = new string('a', length) }).Succeeded);

    private SealState State()
    {
        var tree = new MerkleFrontier();
        _trail.Events.ForEach(stored => tree.Add(stored.Hash));
        return new SealState(_trail.Epochs[^1], _trail.Checkpoints[^1], _trail.Second.PublicKey.ToArray(), tree.ToBytes());
    }

    private List<ChainLink> Links(Guid stream) =>
    [
        .. _trail.Events.Where(stored => stored.Stream == stream)
            .Select(stored => new ChainLink(stored.Sequence, stored.PreviousHash, stored.Hash, stored.Record)),
    ];
}
