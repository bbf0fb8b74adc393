namespace Pulse.Audit;

/// <summary>Frames of a segment whose sequence numbers follow one another.</summary>
/// <param name="FirstSequence">Sequence number of the first frame; of the first missing one in a run without frames.</param>
/// <param name="Missing">How many frames are missing before the run, as far as their numbers tell.</param>
/// <param name="Frames">The frames; none where only damage is to be told of.</param>
internal sealed record SpillRun(long FirstSequence, long Missing, List<SpillFrame> Frames);

/// <summary>What a segment holds. Reads past damage: every intact frame is found, and what is not intact is told of.</summary>
internal sealed class SegmentScan
{
    private SegmentScan(SpillHeader? header) => Header = header;

    /// <summary>Null when it is not intact.</summary>
    public SpillHeader? Header { get; }

    public List<SpillRun> Runs { get; } = [];

    /// <summary>Bytes of a last write that never ended: nobody was told that it had.</summary>
    public int TornBytes { get; private set; }

    /// <summary>Bytes that were whole once and are not any more.</summary>
    public int DamagedBytes { get; private set; }

    public bool IsDamaged => DamagedBytes > 0;

    /// <summary>Callers' events among the frames.</summary>
    public int Events => Runs.Sum(run => run.Frames.Count(frame => frame.GapCount is null));

    /// <param name="file">The whole file.</param>
    /// <param name="segment">The segment's id as the file's name has it, so that frames can be read behind a damaged header.</param>
    public static SegmentScan Read(ReadOnlySpan<byte> file, Guid segment)
    {
        // A file that was made and never written, or whose first write never ended.
        if (file.Length < SpillHeader.Bytes || file.IndexOfAnyExcept((byte)0) < 0)
        {
            return new SegmentScan(header: null) { TornBytes = file.Length };
        }

        var header = SpillHeader.Read(file);
        var scan = new SegmentScan(header?.Segment == segment ? header : null);
        if (scan.Header is null)
        {
            scan.DamagedBytes = SpillHeader.Bytes;
        }

        scan.ReadFrames(file[SpillHeader.Bytes..], segment);
        return scan;
    }

    private void ReadFrames(ReadOnlySpan<byte> rest, Guid segment)
    {
        var expected = Header?.FirstSequence;
        while (rest.Length > 0)
        {
            // Space that was reserved and not used yet. An empty frame would have the length zero, which no frame has.
            if (rest.IndexOfAnyExcept((byte)0) < 0)
            {
                return;
            }

            var found = FrameAt(rest, segment, expected);
            if (found is null)
            {
                var skip = FindNext(rest, segment, expected);
                if (skip < 0)
                {
                    EndAt(rest, expected ?? 1);
                    return;
                }

                DamagedBytes += skip;
                rest = rest[skip..];
                continue;
            }

            var frame = found.Value;
            Add(frame, expected);
            expected = frame.Sequence + 1;
            rest = rest[frame.TotalBytes..];
        }
    }

    private void Add(SpillFrame frame, long? expected)
    {
        if (Runs.Count == 0 || frame.Sequence != expected)
        {
            Runs.Add(new SpillRun(frame.Sequence, expected is null ? 0 : frame.Sequence - expected.Value, []));
        }

        Runs[^1].Frames.Add(frame);
    }

    private void EndAt(ReadOnlySpan<byte> tail, long expected)
    {
        if (SpillFrame.IsTorn(tail))
        {
            TornBytes = tail.Length;
            return;
        }

        DamagedBytes += tail.Length;

        // At least one event was here, and nothing behind it tells how many.
        Runs.Add(new SpillRun(expected, Missing: 1, []));
    }

    /// <summary>Numbers only rise: a frame from before is not taken for a later one.</summary>
    private static SpillFrame? FrameAt(ReadOnlySpan<byte> bytes, Guid segment, long? expected)
    {
        var frame = SpillFrame.Read(bytes, segment);
        return frame?.Sequence >= (expected ?? 1) ? frame : null;
    }

    private static int FindNext(ReadOnlySpan<byte> bytes, Guid segment, long? expected)
    {
        for (var from = 1; from < bytes.Length;)
        {
            var mark = bytes[from..].IndexOf(SpillFrame.Mark);
            if (mark < 0)
            {
                return -1;
            }

            if (FrameAt(bytes[(from + mark)..], segment, expected) is not null)
            {
                return from + mark;
            }

            from += mark + 1;
        }

        return -1;
    }
}
