namespace Pulse.Audit;

internal enum StoreResult
{
    /// <summary>Committed now.</summary>
    Committed,

    /// <summary>An earlier attempt whose answer was lost had committed it.</summary>
    AlreadyCommitted,

    /// <summary>The head is elsewhere: restored from a backup, or another process writes this stream.</summary>
    HeadMoved,

    /// <summary>Rolled back: an event of this id is stored already, though the chain has not reached it.</summary>
    Duplicate,
}
