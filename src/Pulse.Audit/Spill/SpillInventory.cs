namespace Pulse.Audit;

/// <summary>What an earlier process left in the folder.</summary>
/// <param name="Segments">Its segments, oldest first.</param>
/// <param name="Events">The events in them.</param>
/// <param name="LastNumber">The highest number among them; zero when there is none.</param>
internal sealed record SpillInventory(IReadOnlyList<SpillSegment> Segments, long Events, long LastNumber)
{
    /// <summary>Takes stock, and deletes what never became whole.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not write there.</exception>
    public static SpillInventory Take(ISpillDisk disk)
    {
        List<SpillSegment> segments = [];
        foreach (var name in disk.List())
        {
            if (name.EndsWith(Spill.UnfinishedSuffix, StringComparison.Ordinal) || name == Spill.Reserve)
            {
                disk.Delete(name);
            }
            else if (SpillSegment.Find(name) is { } segment)
            {
                Read(disk, segment);
                segments.Add(segment);
            }
        }

        return new SpillInventory(segments, segments.Sum(segment => segment.Events), segments.Select(segment => segment.Number).DefaultIfEmpty().Max());
    }

    private static void Read(ISpillDisk disk, SpillSegment segment)
    {
        var content = disk.Read(segment.Name);
        var scan = SegmentScan.Read(content, segment.Id);
        segment.Bytes = content.Length;
        segment.Events = scan.Events;
        segment.Oldest = scan.Header?.Created;
    }
}
