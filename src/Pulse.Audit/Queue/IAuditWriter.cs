namespace Pulse.Audit;

/// <summary>Takes audit events. Safe for concurrent use.</summary>
public interface IAuditWriter
{
    /// <summary>
    /// Queues an event of class Access or Security without ever waiting, for callers such as a TLS handshake or a revocation.
    /// The last eighth of the queue is for Security alone, and with a spill folder the queue is emptied onto the disk before it
    /// is full; both together make false rare for Security.
    /// </summary>
    /// <param name="auditEvent">The event.</param>
    /// <returns>
    /// False when there was no room: the event is dropped, and the drop is counted and recorded in the chain as a gap. A caller
    /// that can wait writes the event with <see cref="WriteAsync"/> in the first place.
    /// </returns>
    /// <exception cref="ArgumentException">The event is of class Critical: its operation must not go on without it.</exception>
    bool TryWrite(AuditEvent auditEvent);

    /// <summary>
    /// Writes an event. Class Critical: completes once the event is committed or, while the database is away and a spill folder
    /// is set, synchronised to this machine's disk. Other classes: completes once it is queued, waiting for room when the queue
    /// is full.
    /// </summary>
    /// <param name="auditEvent">The event.</param>
    /// <param name="cancellationToken">
    /// Ends the waiting alone. An event that was queued is stored even when its caller has gone, so never read a
    /// cancellation as "not recorded".
    /// </param>
    /// <exception cref="AuditUnavailableException">
    /// Class Critical: not durable within <see cref="PulseAuditOptions.CriticalTimeout"/>, or refused by the database;
    /// the operation must not go on. Any class: the writer has been stopped.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled while waiting.</exception>
    ValueTask<AuditReceipt> WriteAsync(AuditEvent auditEvent, CancellationToken cancellationToken = default);
}
