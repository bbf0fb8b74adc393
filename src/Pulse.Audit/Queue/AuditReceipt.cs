namespace Pulse.Audit;

/// <summary>The event was accepted.</summary>
/// <param name="EventId">Its id, a UUID version 7. An identity, not an order. Of a coalesced event: that of the record that counts it.</param>
/// <param name="OccurredAt">Its time as recorded: UTC, cut to whole microseconds. Of a coalesced event: that of the same record.</param>
/// <param name="Reached">How safe it is: never <see cref="AuditDurability.Queued"/> for class Critical.</param>
public readonly record struct AuditReceipt(Guid EventId, DateTimeOffset OccurredAt, AuditDurability Reached);
