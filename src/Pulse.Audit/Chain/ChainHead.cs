namespace Pulse.Audit;

/// <summary>Where a stream stands: the sequence number and hash of its last settled event.</summary>
/// <param name="Stream">One boot of one process. A process that lost its place starts another.</param>
/// <param name="Sequence">Zero before the first event.</param>
/// <param name="Hash">32 zero bytes before the first event.</param>
internal sealed record ChainHead(Guid Stream, long Sequence, byte[] Hash)
{
    public static ChainHead Start(Guid stream) => new(stream, 0, new byte[ChainHash.Bytes]);

    /// <summary>Gives the events their places behind this head.</summary>
    public ChainedEvent[] Extend(IReadOnlyList<PendingEvent> events, int from)
    {
        var chained = new ChainedEvent[events.Count - from];
        var sequence = Sequence;
        var previous = Hash;
        for (var index = 0; index < chained.Length; index++)
        {
            var pending = events[from + index];
            var hash = ChainHash.Compute(previous, Stream, ++sequence, pending.Record);
            chained[index] = new ChainedEvent(pending, Stream, sequence, previous, hash);
            previous = hash;
        }

        return chained;
    }
}
