namespace Pulse.Audit;

/// <summary>Takes old months out of the trail, and keeps them in when somebody must. Whoever calls this answers for it: each call that does something is an event of the trail itself.</summary>
public interface IAuditRetention
{
    /// <summary>
    /// Detaches a month's partition, in one transaction with a signed marker and the hashes of its events, so that the rest verifies as
    /// before. The detached table stays for the owner to dump and drop. Needs a lock on the table for a moment; gives up after 5 s.
    /// </summary>
    /// <param name="month">Any day of the month, which must be over.</param>
    /// <param name="by">Who asks for it: the actor of the event <c>audit.pruned</c>.</param>
    /// <param name="cancellationToken">Gives up; nothing has then been done, or all of it.</param>
    Task<AuditPruneResult> PruneAsync(DateOnly month, string by, CancellationToken cancellationToken = default);

    /// <summary>Keeps every month that a time touches from being taken out. Recorded as <c>audit.hold.placed</c>.</summary>
    /// <param name="from">From when.</param>
    /// <param name="until">Until when, exclusive.</param>
    /// <param name="reason">Why; not empty.</param>
    /// <param name="by">Who places it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The id of the hold.</returns>
    Task<Guid> PlaceHoldAsync(DateTimeOffset from, DateTimeOffset until, string reason, string by, CancellationToken cancellationToken = default);

    /// <summary>Lifts a hold. Recorded as <c>audit.hold.lifted</c>.</summary>
    /// <param name="holdId">Its id.</param>
    /// <param name="by">Who lifts it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False when there is no such hold, or it was lifted before.</returns>
    Task<bool> LiftHoldAsync(Guid holdId, string by, CancellationToken cancellationToken = default);
}
