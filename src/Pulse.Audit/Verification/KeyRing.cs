namespace Pulse.Audit;

/// <summary>
/// Which key may sign which checkpoint. The first is trusted because the caller says so, each further one because the one before it
/// handed over to it, at a size and root of its own signing. A checkpoint belongs to one key only: none is believed because a
/// newer key signed it.
/// </summary>
internal sealed class KeyRing
{
    private readonly List<(StoredEpoch Epoch, TreeHead From)> _epochs = [];

    private readonly IReadOnlyList<ReadOnlyMemory<byte>> _trusted;

    private KeyRing(IReadOnlyList<ReadOnlyMemory<byte>> trusted) => _trusted = trusted;

    /// <summary>The log's name, as its first key signed it; null when no key is trusted.</summary>
    public string? Origin => _epochs.Count == 0 ? null : _epochs[0].From.Origin;

    /// <summary>What each handover says the tree was.</summary>
    public IEnumerable<TreeHead> Handovers => _epochs.Skip(1).Select(epoch => epoch.From);

    public static KeyRing Open(IReadOnlyList<StoredEpoch> epochs, IReadOnlyList<ReadOnlyMemory<byte>> trusted, FindingList findings)
    {
        var ring = new KeyRing(trusted);
        foreach (var epoch in epochs.OrderBy(epoch => epoch.Number))
        {
            var from = ring.Accept(epoch);
            if (from is null)
            {
                findings.Add(new AuditFinding(AuditVerdict.Tampered, AuditFindingReason.KeyUntrusted, Index: epoch.FirstSize));
                break;
            }

            ring._epochs.Add((epoch, from));
        }

        return ring;
    }

    /// <summary>The tree head a checkpoint tells of, if the key of its time signed it.</summary>
    public TreeHead? Read(string checkpoint)
    {
        var note = SignedNote.Parse(checkpoint);
        var head = note is null ? null : TreeHead.Parse(note.Lines);
        if (head is null)
        {
            return null;
        }

        return IsSigned(note!, head) ? head : null;
    }

    /// <summary>What a marker says of events taken out, if the key of that time signed it.</summary>
    public PruneMarker? ReadMarker(string text)
    {
        var note = SignedNote.Parse(text);
        var marker = note is null ? null : PruneMarker.Parse(note.Lines);
        if (marker is null || marker.Origin != Origin)
        {
            return null;
        }

        // At the size of a handover either of the two keys was the one of the time.
        StoredEpoch?[] epochs = [EpochOf(marker.At.Size), EpochOf(marker.At.Size + 1)];
        return epochs.Any(epoch => epoch is not null && note!.IsSignedBy(marker.Origin, epoch.PublicKey)) ? marker : null;
    }

    /// <summary>The epoch a checkpoint of this size belongs to.</summary>
    public StoredEpoch? EpochOf(long size) => _epochs.LastOrDefault(epoch => epoch.Epoch.FirstSize < size).Epoch;

    private bool IsSigned(SignedNote note, TreeHead head)
    {
        // A log that has lost its keys as well still contradicts what was given out under a trusted one.
        if (_epochs.Count == 0)
        {
            return _trusted.Any(key => note.IsSignedBy(head.Origin, key.Span));
        }

        var epoch = EpochOf(head.Size);
        return epoch is not null && head.Origin == Origin && note.IsSignedBy(head.Origin, epoch.PublicKey);
    }

    private TreeHead? Accept(StoredEpoch epoch)
    {
        var note = SignedNote.Parse(epoch.Note);
        var handover = note is null ? null : KeyHandover.Parse(note.Lines);
        if (handover is null || handover.Epoch != epoch.Number || handover.From.Size != epoch.FirstSize)
        {
            return null;
        }

        if (epoch.Number != _epochs.Count + 1 || !handover.PublicKey.AsSpan().SequenceEqual(epoch.PublicKey))
        {
            return null;
        }

        if (_epochs.Count == 0)
        {
            var isTrusted = _trusted.Any(key => key.Span.SequenceEqual(epoch.PublicKey));
            return isTrusted && epoch.FirstSize == 0 && note!.IsSignedBy(handover.Origin, epoch.PublicKey) ? handover.From : null;
        }

        var last = _epochs[^1].Epoch;
        var follows = handover.Origin == Origin && epoch.FirstSize >= last.FirstSize;
        return follows && note!.IsSignedBy(handover.Origin, last.PublicKey) ? handover.From : null;
    }
}
