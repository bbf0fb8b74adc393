namespace Pulse.Audit;

/// <summary>How much the platform is willing to pay so that an event is not lost.</summary>
public enum AuditClass
{
    /// <summary>Context worth having. Bounded and non-blocking: when the queue is full the event is dropped and the drop is recorded.</summary>
    Access,

    /// <summary>Never dropped by the sink's choice: queued, then spilled to disk; when neither has room, the caller chooses between waiting for it and being told at once.</summary>
    Security,

    /// <summary>Durable before the operation may go on, committed or synchronised to the spill; otherwise the operation fails.</summary>
    Critical,
}
