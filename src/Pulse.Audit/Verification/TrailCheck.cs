namespace Pulse.Audit;

/// <summary>
/// Judges a trail in one pass: the sealed events in the order of the tree, then those not sealed yet, each stream's in order. It knows
/// nothing of where they come from.
/// </summary>
internal sealed class TrailCheck
{
    private readonly FindingList _findings = new();
    private readonly Dictionary<Guid, StreamCheck> _streams = [];
    private readonly Dictionary<Guid, long> _unsealed = [];
    private readonly Dictionary<Guid, (long First, long Count)> _quarantined = [];
    private readonly IReadOnlyList<ChainHead> _heads;
    private readonly List<SealedRun> _runs;
    private readonly TreeCheck _tree;
    private readonly PrunedLeaves _pruned;
    private readonly long _size;
    private int _run;
    private long _next;
    private long _events;

    /// <param name="frame">What frames the events.</param>
    /// <param name="trusted">Public keys the caller trusts; the log's first key must be among them.</param>
    /// <param name="givenOut">Checkpoints that were published earlier.</param>
    public TrailCheck(EvidenceFrame frame, IReadOnlyList<ReadOnlyMemory<byte>> trusted, IReadOnlyList<string> givenOut)
    {
        _heads = frame.Heads;
        _runs = [.. frame.Runs.OrderBy(run => run.FirstIndex)];
        var keys = KeyRing.Open(frame.Epochs, trusted, _findings);
        _tree = new TreeCheck(frame, keys, givenOut, _findings);
        _pruned = new PrunedLeaves(frame, keys, _tree, _findings);
        _size = _runs.Count == 0 ? 0 : _runs[^1].End;
        CheckRuns();
    }

    public void Add(StoredEvent found)
    {
        _events++;
        if (found.Index is { } index)
        {
            Place(found, index);
        }
        else
        {
            _unsealed[found.Stream] = _unsealed.GetValueOrDefault(found.Stream) + 1;
        }

        if (found.IsQuarantined)
        {
            var (first, count) = _quarantined.GetValueOrDefault(found.Stream, (found.Sequence, 0));
            _quarantined[found.Stream] = (first, count + 1);
        }

        StreamOf(found.Stream).Add(found);
    }

    public AuditVerification Complete()
    {
        Skip(_size);
        foreach (var head in _heads)
        {
            StreamOf(head.Stream).CompareWith(head);
        }

        var known = _heads.Select(head => head.Stream).ToHashSet();
        foreach (var (stream, check) in _streams.Where(stream => !known.Contains(stream.Key)))
        {
            check.CompareWith(head: null);
        }

        foreach (var (stream, count) in _unsealed)
        {
            _findings.Add(new AuditFinding(AuditVerdict.Unsealed, AuditFindingReason.NotSealed, stream, _streams[stream].Sequence - count + 1, Count: count));
        }

        foreach (var (stream, (first, count)) in _quarantined)
        {
            _findings.Add(new AuditFinding(AuditVerdict.Quarantined, AuditFindingReason.Quarantined, stream, first, Count: count));
        }

        return new AuditVerification(_findings.Worst, _findings.Listed, _findings.Omitted, _events, _size, _tree.Compared);
    }

    private StreamCheck StreamOf(Guid stream)
    {
        var check = _streams.GetValueOrDefault(stream);
        if (check is null)
        {
            check = new StreamCheck(stream, _findings);
            _streams.Add(stream, check);
        }

        return check;
    }

    private void CheckRuns()
    {
        Dictionary<Guid, long> reached = [];
        var next = 0L;
        foreach (var run in _runs)
        {
            var isNext = run.FirstIndex == next && run.Count > 0 && run.FirstSequence == reached.GetValueOrDefault(run.Stream) + 1;
            if (!isNext)
            {
                _findings.Add(new AuditFinding(AuditVerdict.Tampered, AuditFindingReason.RunsBroken, run.Stream, run.FirstSequence, next));
                _tree.Break();
                return;
            }

            next = run.End;
            reached[run.Stream] = run.LastSequence;
        }
    }

    private void Place(StoredEvent found, long index)
    {
        if (index < _next || !IsPlaceOf(found, index))
        {
            _findings.Add(new AuditFinding(AuditVerdict.Tampered, AuditFindingReason.EventMisplaced, found.Stream, found.Sequence, index));
            return;
        }

        Skip(index);
        _tree.Add(found.Hash);
        _next = index + 1;
    }

    private bool IsPlaceOf(StoredEvent found, long index)
    {
        while (_run < _runs.Count && _runs[_run].End <= index)
        {
            _run++;
        }

        if (_run == _runs.Count || _runs[_run].FirstIndex > index)
        {
            return false;
        }

        var run = _runs[_run];
        return run.Stream == found.Stream && run.FirstSequence + (index - run.FirstIndex) == found.Sequence;
    }

    private void Skip(long until)
    {
        for (; _next < until; _next++)
        {
            var run = _pruned.Find(_next);
            if (run is null)
            {
                // What is missing is told of by its stream; the tree only has to know that it ends here.
                _tree.Break();
                _next = until;
                return;
            }

            var hash = run.HashAt(_next);
            _tree.Add(hash);
            StreamOf(run.Stream).Pass(run.FirstSequence + (_next - run.FirstIndex), hash);
        }
    }
}
