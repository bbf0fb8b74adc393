namespace Pulse.Tenancy;

/// <summary>
/// Statements of one tenant that travel in one flush. Made by <see cref="ITenantDatabase.CreateBatch"/> (a transaction of
/// its own), <see cref="TenantScope.CreateBatch"/> (part of the scope's) or <see cref="TenantScope.CreateCommittingBatch"/>
/// (the scope's end).
/// </summary>
public sealed class TenantBatch : StatementBatch
{
    private readonly TenantId _tenant;

    internal TenantBatch(BatchRunner runner, TenantId tenant)
        : base(runner) => _tenant = tenant;

    /// <summary>Adds one statement.</summary>
    /// <param name="sql">A single statement with positional parameters <c>$1</c>, <c>$2</c>…</param>
    /// <param name="parameters">The parameters' values; an unnamed <see cref="Npgsql.NpgsqlParameter"/> (arrays, jsonb) is used as it is.</param>
    /// <returns>This batch.</returns>
    /// <exception cref="ArgumentException">The statement is blank, or a parameter has a name.</exception>
    public TenantBatch Add(string sql, params object?[] parameters)
    {
        Statements.Add(sql, parameters);
        return this;
    }

    /// <summary>Adds one INSERT of many rows, see <see cref="ITenantDatabase.BulkInsertAsync"/>.</summary>
    /// <typeparam name="T">What becomes a row.</typeparam>
    /// <param name="map">The table and its columns.</param>
    /// <param name="rows">The rows, 1 to <see cref="BulkLimits.MaxRows"/>; read now, not when the batch runs.</param>
    /// <returns>This batch.</returns>
    /// <exception cref="ArgumentException">No row or too many, a row is null, or the map has no column.</exception>
    public TenantBatch AddRows<T>(BulkMap<T> map, IReadOnlyList<T> rows)
    {
        ArgumentNullException.ThrowIfNull(map);
        var (sql, parameters) = map.Write(_tenant, rows);
        Statements.Add(sql, parameters);
        return this;
    }
}
