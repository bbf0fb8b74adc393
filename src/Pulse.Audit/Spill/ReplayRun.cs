namespace Pulse.Audit;

/// <summary>Events of a segment that are stored one after another in one stream.</summary>
/// <param name="Source">Their stream; the segment's id when its header is damaged.</param>
/// <param name="FirstSequence">The place of the first in that stream.</param>
/// <param name="PreviousHash">What the first is chained to; null when nobody knows.</param>
/// <param name="Missing">How many events are missing before the first.</param>
/// <param name="At">When the segment was begun.</param>
/// <param name="Events">The events; none where only damage is to be told of.</param>
internal sealed record ReplayRun(
    Guid Source, long FirstSequence, byte[]? PreviousHash, long Missing, DateTimeOffset At, IReadOnlyList<PendingEvent> Events)
{
    /// <summary>The events at their own places.</summary>
    public ChainedEvent[]? OwnPlaces() =>
        PreviousHash is null ? null : new ChainHead(Source, FirstSequence - 1, PreviousHash).Extend(Events, 0);

    /// <summary>What is left when the first of the events are stored.</summary>
    public ReplayRun After(int stored)
    {
        if (stored == 0)
        {
            return this;
        }

        var rest = this with { FirstSequence = FirstSequence + stored, Missing = 0, Events = [.. Events.Skip(stored)] };
        return OwnPlaces() is { } places ? rest with { PreviousHash = places[stored - 1].Hash } : rest;
    }

    /// <summary>How many of these events the database has, if it stands at one of their places or right before the first.</summary>
    /// <returns>Null when it stands elsewhere.</returns>
    public static int? StoredOf(ChainedEvent[] places, ChainHead head)
    {
        if (places.Length == 0)
        {
            return 0;
        }

        var first = places[0];
        if (head.Sequence == first.Sequence - 1)
        {
            return head.Hash.AsSpan().SequenceEqual(first.PreviousHash) ? 0 : null;
        }

        var index = head.Sequence - first.Sequence;
        if (index < 0 || index >= places.Length)
        {
            return null;
        }

        return head.Hash.AsSpan().SequenceEqual(places[index].Hash) ? (int)index + 1 : null;
    }

    /// <summary>Splits what was read into runs.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="scan">What was read of it.</param>
    /// <param name="isForeign">Whether another run of the process wrote it: drops it declared are not this process's.</param>
    /// <param name="unreadable">Intact frames whose record is none this version reads.</param>
    public static List<ReplayRun> Split(SpillSegment segment, SegmentScan scan, bool isForeign, out int unreadable)
    {
        unreadable = 0;
        List<ReplayRun> runs = [];
        var source = scan.Header?.Stream ?? segment.Id;
        foreach (var found in scan.Runs)
        {
            List<PendingEvent> events = [];
            var (first, missing) = (found.FirstSequence, found.Missing);
            foreach (var frame in found.Frames)
            {
                var pending = RecordReader.Read(frame.Record, isForeign && frame.GapCount is not null ? 0 : frame.GapCount);
                if (pending is not null)
                {
                    events.Add(pending);
                    continue;
                }

                unreadable++;
                Add(first, missing, events);
                (first, missing, events) = (frame.Sequence + 1, 1, []);
            }

            if (events.Count > 0 || missing > 0)
            {
                Add(first, missing, events);
            }
        }

        return runs;

        void Add(long first, long missing, List<PendingEvent> events)
        {
            var isAnchored = missing == 0 && first == scan.Header?.FirstSequence;
            if (events.Count > 0 || missing > 0)
            {
                runs.Add(new ReplayRun(source, first, isAnchored ? scan.Header!.PreviousHash : null, missing, segment.Created, events));
            }
        }
    }
}
