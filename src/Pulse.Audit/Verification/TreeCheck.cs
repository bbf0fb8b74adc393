namespace Pulse.Audit;

/// <summary>Rebuilds the tree leaf by leaf, and compares its root wherever somebody has signed one.</summary>
internal sealed class TreeCheck
{
    private readonly MerkleFrontier _tree = new();
    private readonly Dictionary<long, List<byte[]>> _signed = [];
    private readonly FindingList _findings;
    private readonly long _size;
    private bool _isBroken;

    public TreeCheck(EvidenceFrame frame, KeyRing keys, IEnumerable<string> givenOut, FindingList findings)
    {
        _findings = findings;
        _size = frame.Runs.Count == 0 ? 0 : frame.Runs.Max(run => run.End);
        foreach (var checkpoint in frame.Checkpoints)
        {
            var head = keys.Read(checkpoint.Note);
            if (head is null || head.Size != checkpoint.TreeSize || keys.EpochOf(head.Size)?.Number != checkpoint.Epoch)
            {
                findings.Add(new AuditFinding(AuditVerdict.Tampered, AuditFindingReason.CheckpointForged, Index: checkpoint.TreeSize));
                continue;
            }

            Expect(head);
        }

        foreach (var handover in keys.Handovers)
        {
            Expect(handover);
        }

        if (_size > 0 && !_signed.ContainsKey(_size))
        {
            findings.Add(new AuditFinding(AuditVerdict.Tampered, AuditFindingReason.CheckpointMissing, Index: _size));
        }

        foreach (var note in givenOut)
        {
            var head = keys.Read(note);
            if (head is null)
            {
                findings.Add(new AuditFinding(AuditVerdict.Tampered, AuditFindingReason.CheckpointForged));
                continue;
            }

            Expect(head);
        }
    }

    /// <summary>Roots that were compared.</summary>
    public long Compared { get; private set; }

    public void Add(byte[] hash)
    {
        if (_isBroken)
        {
            return;
        }

        _tree.Add(hash);
        Compare();
    }

    /// <summary>Leaves are missing: no later root can be computed, and what is missing is told of already.</summary>
    public void Break() => _isBroken = true;

    /// <summary>Somebody signed that this was the tree.</summary>
    public void Expect(TreeHead head)
    {
        if (head.Size > _size)
        {
            _findings.Add(new AuditFinding(AuditVerdict.Missing, AuditFindingReason.LogCut, Index: _size, Count: head.Size - _size));
            return;
        }

        var roots = _signed.GetValueOrDefault(head.Size);
        if (roots is null)
        {
            roots = [];
            _signed.Add(head.Size, roots);
        }

        roots.Add(head.Root);
    }

    private void Compare()
    {
        var roots = _signed.GetValueOrDefault(_tree.Size);
        if (roots is null)
        {
            return;
        }

        var root = _tree.Root;
        Compared++;
        if (roots.Exists(signed => !signed.AsSpan().SequenceEqual(root)))
        {
            // Every later root differs as well.
            _isBroken = true;
            _findings.Add(new AuditFinding(AuditVerdict.Tampered, AuditFindingReason.RootChanged, Index: _tree.Size));
        }
    }
}
