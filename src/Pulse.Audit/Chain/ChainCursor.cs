namespace Pulse.Audit;

/// <summary>
/// Gives this process's events their places. The head is the last place given away, stored or not: whoever finds no room for
/// the events gives the places back.
/// </summary>
internal sealed class ChainCursor(TimeProvider time)
{
    public ChainHead Head { get; private set; } = ChainHead.Start(Guid.CreateVersion7(time.GetUtcNow()));

    public ChainedEvent[] Assign(IReadOnlyList<PendingEvent> events)
    {
        var chained = Head.Extend(events, 0);
        Head = new ChainHead(Head.Stream, chained[^1].Sequence, chained[^1].Hash);
        return chained;
    }

    public void GiveBack(ChainedEvent first) => Head = new ChainHead(first.Stream, first.Sequence - 1, first.PreviousHash);

    public void BeginNewStream() => Head = ChainHead.Start(Guid.CreateVersion7(time.GetUtcNow()));
}
