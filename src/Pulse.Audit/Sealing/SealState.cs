namespace Pulse.Audit;

/// <summary>Where the log stands, as the database says: the newest key and the newest checkpoint.</summary>
/// <param name="Epoch">The newest key; null before the first.</param>
/// <param name="Last">The newest checkpoint; null before the first.</param>
/// <param name="LastKey">The key of that checkpoint's epoch.</param>
/// <param name="Frontier">What goes on from it.</param>
internal sealed record SealState(StoredEpoch? Epoch, StoredCheckpoint? Last, byte[]? LastKey, byte[]? Frontier)
{
    /// <summary>Whether it may be gone on from.</summary>
    /// <param name="origin">The log's name.</param>
    /// <param name="seen">The newest checkpoint this process knows of; null when it knows none.</param>
    /// <param name="tree">The tree to go on with.</param>
    public SealRefusal Judge(string origin, TreeHead? seen, out MerkleFrontier tree)
    {
        tree = new MerkleFrontier();
        var head = new TreeHead(origin, 0, tree.Root);
        if (Last is not null)
        {
            var read = MerkleFrontier.Read(Last.TreeSize, Frontier);
            var note = SignedNote.Parse(Last.Note);
            var signed = note is null ? null : TreeHead.Parse(note.Lines);
            if (read is null || signed is null)
            {
                return SealRefusal.CheckpointForged;
            }

            if (signed.Origin != origin)
            {
                return SealRefusal.OriginChanged;
            }

            if (signed.Size != Last.TreeSize || !signed.Root.AsSpan().SequenceEqual(read.Root) || !note!.IsSignedBy(origin, LastKey))
            {
                return SealRefusal.CheckpointForged;
            }

            (tree, head) = (read, signed);
        }

        var wentBack = seen is not null && (head.Size < seen.Size || (head.Size == seen.Size && !head.Root.AsSpan().SequenceEqual(seen.Root)));
        return wentBack ? SealRefusal.LogWentBack : SealRefusal.None;
    }

    /// <summary>The key that has to sign the handover to this signer; null when the newest epoch is the signer's.</summary>
    /// <returns>False when no key at hand may do that.</returns>
    public bool TryFindHandover(IAuditSigner signer, IAuditSigner? retiring, out IAuditSigner? by)
    {
        by = null;
        if (Epoch is null)
        {
            by = signer;
            return true;
        }

        if (Epoch.PublicKey.AsSpan().SequenceEqual(signer.PublicKey.Span))
        {
            return true;
        }

        by = retiring is not null && Epoch.PublicKey.AsSpan().SequenceEqual(retiring.PublicKey.Span) ? retiring : null;
        return by is not null;
    }
}
