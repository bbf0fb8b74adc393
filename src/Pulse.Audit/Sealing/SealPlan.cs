namespace Pulse.Audit;

/// <summary>How far a stream is committed, and how far it is sealed.</summary>
internal readonly record struct StreamReach(Guid Stream, long Sealed, long Committed);

/// <summary>What the next seal takes: whole runs, stream by stream, up to a limit.</summary>
internal static class SealPlan
{
    /// <param name="streams">The streams, in any order.</param>
    /// <param name="size">The size of the tree.</param>
    /// <param name="most">Most events.</param>
    /// <param name="last">Streams that come last, since they were found broken: they must not use up the limit for ever.</param>
    public static List<SealedRun> Of(IEnumerable<StreamReach> streams, long size, int most, IReadOnlySet<Guid> last)
    {
        List<SealedRun> runs = [];
        long left = most;
        foreach (var stream in streams.OrderBy(stream => last.Contains(stream.Stream)).ThenBy(stream => stream.Stream))
        {
            var count = Math.Min(stream.Committed - stream.Sealed, left);
            if (count <= 0)
            {
                continue;
            }

            runs.Add(new SealedRun(size, stream.Stream, stream.Sealed + 1, stream.Sealed + count));
            size += count;
            left -= count;
        }

        return runs;
    }

    /// <summary>The runs without those of broken streams, moved together.</summary>
    public static List<SealedRun> Without(IReadOnlyCollection<Guid> broken, IEnumerable<SealedRun> runs, long size)
    {
        List<SealedRun> rest = [];
        foreach (var run in runs.Where(run => !broken.Contains(run.Stream)))
        {
            rest.Add(run with { FirstIndex = size });
            size += run.Count;
        }

        return rest;
    }
}
