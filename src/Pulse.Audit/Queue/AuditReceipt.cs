namespace Pulse.Audit;

/// <summary>The event was accepted.</summary>
/// <param name="EventId">Its id, a UUID version 7. An identity, not an order.</param>
/// <param name="OccurredAt">Its time as recorded: UTC, cut to whole microseconds.</param>
/// <param name="Committed">True when it is committed to the database (class Critical); false when it is queued.</param>
public readonly record struct AuditReceipt(Guid EventId, DateTimeOffset OccurredAt, bool Committed);
