using System.Data.Common;

namespace Pulse.Tenancy;

/// <summary>PostgreSQL as one tenant sees it: every statement runs as the application role under Row-Level Security.</summary>
/// <remarks>
/// Thread-safe. A statement the server refuses throws <see cref="Npgsql.PostgresException"/>
/// (<see cref="TenancyErrors.Explain"/> tells what it means), an unreachable server <see cref="Npgsql.NpgsqlException"/>;
/// nothing but <see cref="RunAsync"/> repeats anything. Every member refuses <c>default(TenantId)</c> with
/// <see cref="InvalidOperationException"/> before a connection is taken.
/// <para>
/// With <see cref="PulseTenancyOptions.DirectConnectionString"/> set, the service of the same type and the key
/// <see cref="PulseTenancyOptions.DirectKey"/> goes around the pooler: for background work, advisory locks and long transactions.
/// </para>
/// </remarks>
public interface ITenantDatabase
{
    /// <summary>Begins a list of statements that run together: one flush, one transaction, one round trip.</summary>
    /// <param name="tenant">Whose rows.</param>
    TenantBatch CreateBatch(TenantId tenant);

    /// <summary>
    /// Takes a connection for a transaction of several steps. BEGIN and the tenant travel with the first statements.
    /// </summary>
    /// <param name="tenant">Whose rows.</param>
    /// <param name="options">What the transaction is like; null for the server's ways.</param>
    /// <param name="cancellationToken">Abandons waiting for a connection.</param>
    /// <returns>The scope; disposing of it without a commit rolls back.</returns>
    ValueTask<TenantScope> OpenAsync(TenantId tenant, TenantScopeOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Runs work in a scope and commits it. When the server gave the transaction up for the sake of another (SQLSTATE 40001
    /// or 40P01), the whole work runs again in a new scope.
    /// </summary>
    /// <typeparam name="T">What the work answers.</typeparam>
    /// <param name="tenant">Whose rows.</param>
    /// <param name="work">
    /// The work; it may run several times, so it must not do anything outside the scope that cannot be repeated. It need not
    /// commit, and may do so by <see cref="TenantScope.CreateCommittingBatch"/> to save the round trip.
    /// </param>
    /// <param name="options">Attempts, pauses and the transaction's ways; null for the defaults.</param>
    /// <param name="cancellationToken">Abandons the work.</param>
    /// <returns>What the committed attempt answered.</returns>
    /// <remarks>A connection that broke is never tried again: whether the commit arrived is unknown.</remarks>
    Task<T> RunAsync<T>(
        TenantId tenant, Func<TenantScope, CancellationToken, Task<T>> work, TenantRunOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Runs the work of many tenants in one flush and one transaction. When the server refuses any of it, everything is
    /// rolled back and runs again tenant by tenant; a tenant whose items are refused is divided until the refused items
    /// stand alone.
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

    /// <summary>
    /// Inserts many rows of one tenant in one statement and one round trip, under Row-Level Security. All of them stand or none.
    /// </summary>
    /// <typeparam name="T">What becomes a row.</typeparam>
    /// <param name="tenant">Whose rows; written into each of them.</param>
    /// <param name="map">The table and its columns.</param>
    /// <param name="rows">The rows, at most <see cref="BulkLimits.MaxRows"/>; an empty list inserts nothing and asks no server.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    /// <returns>How many rows were inserted: all, or fewer with <see cref="BulkMap{T}.SkipExisting"/>.</returns>
    /// <exception cref="ArgumentException">Too many rows, a row is null, or the map has no column.</exception>
    /// <exception cref="InvalidCastException">A column's values do not fit the type the map names.</exception>
    Task<int> BulkInsertAsync<T>(
        TenantId tenant, BulkMap<T> map, IReadOnlyList<T> rows, CancellationToken cancellationToken = default);

    /// <summary>
    /// A data source of ADO.NET for libraries that want one (Dapper): its connections run every command as this tenant, each
    /// a single statement with bound parameters.
    /// </summary>
    /// <param name="tenant">Whose rows.</param>
    /// <returns>The data source. It owns no pool, so it is cheap to make and needs no disposal.</returns>
    DbDataSource CreateDataSource(TenantId tenant);
}
