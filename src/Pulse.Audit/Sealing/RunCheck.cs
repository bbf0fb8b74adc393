namespace Pulse.Audit;

/// <summary>A seal is a promise, so it is given only to what holds: each event at its place, its hash right, chained to the one before.</summary>
internal static class RunCheck
{
    /// <param name="run">What is to be sealed.</param>
    /// <param name="links">The event before the run, if there is one, and those of the run, in order.</param>
    /// <returns>The hashes of the run; null when something is wrong with it.</returns>
    public static List<byte[]>? HashesOf(SealedRun run, IReadOnlyList<ChainLink> links)
    {
        var before = links.Count > 0 && links[0].Sequence == run.FirstSequence - 1 ? links[0] : null;
        var ofRun = before is null ? links : [.. links.Skip(1)];
        if (ofRun.Count != run.Count)
        {
            return null;
        }

        var previous = before?.Hash ?? (run.FirstSequence == 1 ? new byte[ChainHash.Bytes] : ofRun[0].PreviousHash);
        List<byte[]> hashes = new(ofRun.Count);
        for (var index = 0; index < ofRun.Count; index++)
        {
            var link = ofRun[index];
            if (link.Sequence != run.FirstSequence + index || !link.PreviousHash.AsSpan().SequenceEqual(previous))
            {
                return null;
            }

            if (!link.Hash.AsSpan().SequenceEqual(ChainHash.Compute(previous, run.Stream, link.Sequence, link.Record)))
            {
                return null;
            }

            hashes.Add(link.Hash);
            previous = link.Hash;
        }

        return hashes;
    }
}
