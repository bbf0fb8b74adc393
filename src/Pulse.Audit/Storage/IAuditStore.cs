namespace Pulse.Audit;

/// <summary>
/// Keeps chained events. The two methods that write move the stream's head from the place before the first event to the last one in the
/// same transaction, so that a repeated call is recognised and a second writer of the stream is refused.
/// </summary>
internal interface IAuditStore
{
    /// <summary>Stores events of one stream, in order, all or none.</summary>
    /// <param name="events">At least one event.</param>
    /// <param name="synchronous">True when somebody waits for this commit to be durable, whatever the server's default.</param>
    /// <param name="cancellationToken">Gives the attempt up; whether it was committed is then unknown, and it is repeated.</param>
    Task<StoreResult> AppendAsync(ReadOnlyMemory<ChainedEvent> events, bool synchronous, CancellationToken cancellationToken);

    /// <summary>Where a stream stands.</summary>
    /// <returns>Null when it has not begun.</returns>
    Task<ChainHead?> FindHeadAsync(Guid stream, CancellationToken cancellationToken);

    /// <summary>Keeps an event the table refused, at its place in the chain.</summary>
    Task<StoreResult> QuarantineAsync(ChainedEvent refused, string sqlState, CancellationToken cancellationToken);
}
