namespace Pulse.Audit;

/// <summary>Which events stand at which places of the tree.</summary>
internal sealed record SealedRun(long FirstIndex, Guid Stream, long FirstSequence, long LastSequence)
{
    public long Count => LastSequence - FirstSequence + 1;

    /// <summary>The index behind the last.</summary>
    public long End => FirstIndex + Count;
}

internal sealed record StoredCheckpoint(long TreeSize, int Epoch, string Note);

internal sealed record StoredEpoch(int Number, long FirstSize, byte[] PublicKey, string Note);

/// <summary>What frames the events: everything but the events themselves.</summary>
internal sealed record EvidenceFrame(
    IReadOnlyList<StoredEpoch> Epochs,
    IReadOnlyList<StoredCheckpoint> Checkpoints,
    IReadOnlyList<SealedRun> Runs,
    IReadOnlyList<ChainHead> Heads,
    IReadOnlyList<StoredMarker> Pruned,
    IReadOnlyList<PrunedRun> PrunedRuns);

/// <summary>An event as it was found.</summary>
/// <param name="Index">Its place in the tree; null while it is not sealed.</param>
/// <param name="Stream">Its chain.</param>
/// <param name="Sequence">Its place in the chain.</param>
/// <param name="PreviousHash">What it says its predecessor's hash is.</param>
/// <param name="Hash">What it says its own hash is.</param>
/// <param name="Record">The canonical bytes.</param>
/// <param name="Columns">The columns that repeat the record; null for an event that has none to compare: in quarantine, or in an export.</param>
/// <param name="IsQuarantined">Whether it stands in quarantine instead of the table.</param>
internal sealed record StoredEvent(
    long? Index, Guid Stream, long Sequence, byte[] PreviousHash, byte[] Hash, byte[] Record, IndexColumns? Columns, bool IsQuarantined = false);

/// <summary>What the columns of the table repeat of a record.</summary>
internal sealed record IndexColumns(
    DateTimeOffset OccurredAt,
    Guid EventId,
    AuditClass Class,
    string Type,
    AuditOutcome Outcome,
    string? TenantId,
    bool VisibleToTenant,
    string? Actor,
    string? OnBehalfOf,
    string? Reason,
    string? Peer,
    string? TraceId)
{
    /// <summary>Columns that repeat no record: what an export says of columns it does not carry.</summary>
    public static IndexColumns Unlike { get; } =
        new(default, Guid.Empty, default, string.Empty, default, null, false, null, null, null, null, null);

    public static IndexColumns Of(PendingEvent read) => new(
        read.OccurredAt,
        read.Id,
        read.Class,
        read.Type,
        read.Outcome,
        read.TenantId,
        read.VisibleToTenant,
        read.Actor,
        read.OnBehalfOf,
        read.Reason,
        read.Peer,
        read.TraceId);
}
