namespace Pulse.Audit;

/// <summary>Where a batch comes from: told of its fate, and given the time that attempts and pauses take.</summary>
internal interface IBatchOwner
{
    /// <summary>Whether the rest of the batch is safe elsewhere, so that this delivery need not go on.</summary>
    bool IsOvertaken { get; }

    /// <summary>Whether there is anything to do while an attempt or a pause takes its time.</summary>
    bool IsWatching { get; }

    /// <summary>
    /// Whether what is stored is deleted elsewhere on the strength of it: the database must then have it on its own disk, whatever
    /// its setting synchronous_commit.
    /// </summary>
    bool GivesUpCopy { get; }

    /// <summary>Does what must not wait for the attempt or the pause.</summary>
    void Look();

    /// <param name="events">The next events of the batch.</param>
    /// <param name="refusal">Null when they are stored; the SQLSTATE when they are in quarantine.</param>
    void Settle(ReadOnlySpan<ChainedEvent> events, string? refusal);
}

internal enum DeliveryEnd
{
    Complete,

    /// <summary>The stream's head has been moved by somebody else.</summary>
    HeadMoved,

    /// <summary>The owner wants the rest no longer delivered.</summary>
    Overtaken,
}
