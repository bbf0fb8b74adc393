namespace Pulse.Audit;

/// <summary>Re-hashes one stream, the quarantined events included, in the order of its sequence numbers.</summary>
internal static class ChainVerifier
{
    public static ChainVerdict Verify(IEnumerable<ChainLink> links, ChainHead head)
    {
        var expected = 1L;
        var previous = new byte[ChainHash.Bytes];
        foreach (var link in links)
        {
            if (link.Sequence != expected)
            {
                return new ChainVerdict(ChainState.Missing, expected);
            }

            var hash = ChainHash.Compute(previous, head.Stream, link.Sequence, link.Record);
            if (!link.PreviousHash.AsSpan().SequenceEqual(previous) || !link.Hash.AsSpan().SequenceEqual(hash))
            {
                return new ChainVerdict(ChainState.Tampered, link.Sequence);
            }

            previous = hash;
            expected++;
        }

        if (head.Sequence != expected - 1)
        {
            return new ChainVerdict(ChainState.Missing, expected);
        }

        return head.Hash.AsSpan().SequenceEqual(previous)
            ? new ChainVerdict(ChainState.Intact, head.Sequence)
            : new ChainVerdict(ChainState.Tampered, head.Sequence);
    }
}

/// <summary>A stored event as far as the chain is concerned.</summary>
internal sealed record ChainLink(long Sequence, byte[] PreviousHash, byte[] Hash, byte[] Record);

/// <summary>What was found, and at which sequence number.</summary>
internal readonly record struct ChainVerdict(ChainState State, long Sequence);

internal enum ChainState
{
    Intact,
    Missing,
    Tampered,
}
