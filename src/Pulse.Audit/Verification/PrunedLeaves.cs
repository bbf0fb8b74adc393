namespace Pulse.Audit;

/// <summary>The leaves of events that retention took out, as far as a signed marker vouches for them.</summary>
internal sealed class PrunedLeaves
{
    private readonly SortedList<long, PrunedRun> _runs = [];

    public PrunedLeaves(EvidenceFrame frame, KeyRing keys, TreeCheck tree, FindingList findings)
    {
        var byMonth = frame.PrunedRuns.OrderBy(run => run.FirstIndex).ToLookup(run => run.Month);
        var known = frame.Pruned.Select(marker => marker.Month).ToHashSet();
        foreach (var stray in byMonth.Where(runs => !known.Contains(runs.Key)))
        {
            findings.Add(new AuditFinding(AuditVerdict.Tampered, AuditFindingReason.MarkerForged, Index: stray.First().FirstIndex));
        }

        foreach (var stored in frame.Pruned)
        {
            List<PrunedRun> runs = [.. byMonth[stored.Month]];
            var first = runs.Count == 0 ? (long?)null : runs[0].FirstIndex;
            var marker = keys.ReadMarker(stored.Note);
            if (marker is not null && Holds(marker, stored, runs) && TryAdd(runs))
            {
                tree.Expect(marker.At);
                findings.Add(new AuditFinding(AuditVerdict.Pruned, AuditFindingReason.Pruned, Index: first, Count: marker.Events));
                continue;
            }

            findings.Add(new AuditFinding(AuditVerdict.Tampered, AuditFindingReason.MarkerForged, Index: first));
        }
    }

    /// <summary>The run that holds this leaf.</summary>
    public PrunedRun? Find(long index)
    {
        // The last run that begins no later.
        var (low, high) = (0, _runs.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_runs.Keys[middle] <= index)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low > 0 && _runs.Values[low - 1].End > index ? _runs.Values[low - 1] : null;
    }

    // A key vouches for what was sealed in its time: of newer events it says nothing, however well it signs.
    private static bool Holds(PruneMarker marker, StoredMarker stored, List<PrunedRun> runs) =>
        runs.TrueForAll(run => run.FirstIndex >= 0 && run.End <= marker.At.Size)
        && marker.Month == stored.Month
        && marker.Events == runs.Sum(run => run.Count)
        && marker.Digest.AsSpan().SequenceEqual(PruneMarker.DigestOf(runs));

    private bool TryAdd(List<PrunedRun> runs)
    {
        foreach (var run in runs)
        {
            if (!_runs.TryAdd(run.FirstIndex, run))
            {
                return false;
            }
        }

        return true;
    }
}
