namespace Pulse.Audit;

/// <summary>How much the platform is willing to pay so that an event is not lost.</summary>
public enum AuditClass
{
    /// <summary>Context worth having. Bounded and non-blocking: when the queue is full the event is dropped and the drop is recorded.</summary>
    Access,

    /// <summary>Never dropped while the process lives: when the queue is full the writer waits for room.</summary>
    Security,

    /// <summary>Committed to the database before the operation may go on; otherwise the operation fails.</summary>
    Critical,
}
