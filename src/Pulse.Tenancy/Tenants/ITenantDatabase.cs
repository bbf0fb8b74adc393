namespace Pulse.Tenancy;

/// <summary>PostgreSQL as one tenant sees it: every statement runs as the application role under Row-Level Security.</summary>
/// <remarks>
/// Thread-safe. A statement the server refuses throws <see cref="Npgsql.PostgresException"/>, an unreachable server
/// <see cref="Npgsql.NpgsqlException"/>; nothing is retried.
/// </remarks>
public interface ITenantDatabase
{
    /// <summary>Begins a list of statements that run together: one flush, one transaction, one round trip.</summary>
    /// <param name="tenant">Whose rows.</param>
    /// <exception cref="InvalidOperationException"><paramref name="tenant"/> is <c>default</c>.</exception>
    TenantBatch CreateBatch(TenantId tenant);

    /// <summary>
    /// Takes a connection for a transaction of several steps. BEGIN and the tenant travel with the first statements.
    /// </summary>
    /// <param name="tenant">Whose rows.</param>
    /// <param name="cancellationToken">Abandons waiting for a connection.</param>
    /// <returns>The scope; disposing of it without <see cref="TenantScope.CommitAsync"/> rolls back.</returns>
    /// <exception cref="InvalidOperationException"><paramref name="tenant"/> is <c>default</c>.</exception>
    ValueTask<TenantScope> OpenAsync(TenantId tenant, CancellationToken cancellationToken = default);

    /// <summary>
    /// Runs the work of many tenants in one flush and one transaction. When the server refuses any of it, everything is
    /// rolled back and each item runs again in a transaction of its own.
    /// </summary>
    /// <param name="work">The items, in the order they run; an empty list answers an empty list.</param>
    /// <param name="cancellationToken">Abandons the work; what was committed by then is unknown to the caller.</param>
    /// <returns>One outcome per item, in the same order. Those that succeeded are committed.</returns>
    /// <exception cref="ArgumentException">An item holds no statement.</exception>
    /// <exception cref="Npgsql.NpgsqlException">
    /// The server is unreachable, broke off, or refused for a reason that is not the item's (overload, deadlock, shutdown, a
    /// refused tenant switch). Items may have been committed: repeat the whole list, with statements that bear repeating.
    /// </exception>
    Task<IReadOnlyList<TenantOutcome>> ExecuteManyAsync(
        IReadOnlyList<TenantWork> work, CancellationToken cancellationToken = default);
}
