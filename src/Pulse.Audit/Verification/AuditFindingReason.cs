namespace Pulse.Audit;

/// <summary>What exactly was found.</summary>
public enum AuditFindingReason
{
    /// <summary>The record does not have the hash that stands beside it.</summary>
    RecordChanged,

    /// <summary>A column says something else than the record.</summary>
    ColumnChanged,

    /// <summary>The event is not chained to the one before it.</summary>
    LinkBroken,

    /// <summary>An event stands at a place that is another's, or twice.</summary>
    EventMisplaced,

    /// <summary>Events are not there.</summary>
    EventsMissing,

    /// <summary>The head of a stream is not where its chain ends, or is not there.</summary>
    HeadChanged,

    /// <summary>The list of what is sealed is not in one piece.</summary>
    RunsBroken,

    /// <summary>The tree over the events has another root than the one that was signed.</summary>
    RootChanged,

    /// <summary>A checkpoint is unreadable, names another log, or is not signed by the key of its time.</summary>
    CheckpointForged,

    /// <summary>A sealed part of the log has no checkpoint.</summary>
    CheckpointMissing,

    /// <summary>A key was not handed over by the one before it, or the first is not among the trusted ones.</summary>
    KeyUntrusted,

    /// <summary>A checkpoint that was given out earlier speaks of more events than the log has.</summary>
    LogCut,

    /// <summary>The trail declares lost events.</summary>
    DeclaredGap,

    /// <summary>Events were taken out by retention.</summary>
    Pruned,

    /// <summary>What says that retention took events out is not signed, or says something else than what is left of them.</summary>
    MarkerForged,

    /// <summary>Events are not sealed yet.</summary>
    NotSealed,

    /// <summary>The record is none that this version writes, though its hash is right.</summary>
    RecordUnreadable,

    /// <summary>Events stand in quarantine, where no query shows them: refused by the database, or moved there.</summary>
    Quarantined,
}
