using System.Data.Common;

namespace Pulse.Audit;

/// <summary>
/// Reads events over a connection the caller opened. What it sees is decided by that connection: a tenant's (its scope's connection
/// in Pulse.Tenancy) sees the tenant's visible events, one in the role <c>pulse_worker</c> sees all. Safe for concurrent use,
/// as far as the connections are.
/// </summary>
/// <remarks>Reading a trail is itself worth an event: write one where it is read for a person.</remarks>
public interface IAuditReader
{
    /// <summary>One page of events, newest first; further pages follow by <see cref="AuditPage.Next"/>, and no event is skipped or repeated between them.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="query">What is looked for.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    /// <exception cref="FormatException"><see cref="AuditQuery.After"/> is no cursor of a page.</exception>
    Task<AuditPage> QueryAsync(DbConnection connection, AuditQuery query, CancellationToken cancellationToken = default);

    /// <summary>
    /// The next events in the order in which they may be seen, oldest first: for whoever follows the trail and must miss nothing. An
    /// event appears once every transaction that was under way before it has ended, so one that commits late is never passed
    /// over; a transaction left open anywhere in the cluster delays the tail.
    /// </summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="after">The cursor of the page before; null begins with the oldest event.</param>
    /// <param name="limit">Most events, 1 to <see cref="AuditQuery.MaxPageSize"/>.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    /// <returns>A page whose cursor is always set, except while there is nothing at all; the same cursor again when nothing new is there.</returns>
    /// <remarks>Cursors belong to one cluster: transaction numbers begin anew where a dump is restored.</remarks>
    /// <exception cref="FormatException"><paramref name="after"/> is no cursor of a tail.</exception>
    Task<AuditPage> ReadTailAsync(DbConnection connection, string? after, int limit = AuditQuery.DefaultPageSize, CancellationToken cancellationToken = default);
}
