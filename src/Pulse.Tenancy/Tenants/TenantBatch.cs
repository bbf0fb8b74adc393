using System.Data.Common;

namespace Pulse.Tenancy;

/// <summary>
/// Statements of one tenant that travel in one flush. Made by <see cref="ITenantDatabase.CreateBatch"/> (a transaction of
/// its own) or <see cref="TenantScope.CreateBatch"/> (part of the scope's). Not thread-safe.
/// </summary>
/// <remarks>
/// Every answer is given only after the server has answered everything, the commit included: a value that was returned is
/// a value that stands.
/// </remarks>
public sealed class TenantBatch
{
    private readonly BatchRunner _runner;
    private readonly StatementList _statements = new();

    internal TenantBatch(BatchRunner runner) => _runner = runner;

    /// <summary>Adds one statement.</summary>
    /// <param name="sql">A single statement with positional parameters <c>$1</c>, <c>$2</c>…</param>
    /// <param name="parameters">The parameters' values; an unnamed <see cref="Npgsql.NpgsqlParameter"/> (arrays, jsonb) is used as it is.</param>
    /// <returns>This batch.</returns>
    /// <exception cref="ArgumentException">The statement is blank, or a parameter has a name.</exception>
    public TenantBatch Add(string sql, params object?[] parameters)
    {
        _statements.Add(sql, parameters);
        return this;
    }

    /// <summary>Runs the statements.</summary>
    /// <param name="cancellationToken">Cancels the running statement.</param>
    /// <returns>Rows inserted, updated and deleted by all of them.</returns>
    /// <exception cref="InvalidOperationException">No statement was added.</exception>
    /// <exception cref="Npgsql.NpgsqlException">The server refused a statement or is unreachable; nothing of the batch stands.</exception>
    public Task<int> ExecuteAsync(CancellationToken cancellationToken = default) =>
        _runner.RunAsync(_statements, BatchResults.ReadAffectedAsync, cancellationToken);

    /// <summary>Runs the statements.</summary>
    /// <typeparam name="T">The value's type; ask for a nullable one to tell NULL from zero.</typeparam>
    /// <param name="cancellationToken">Cancels the running statement.</param>
    /// <returns>The first column of the last statement's first row; <c>default</c> when it is NULL or there is no row.</returns>
    /// <exception cref="InvalidOperationException">No statement was added.</exception>
    /// <exception cref="InvalidCastException">The column is not a <typeparamref name="T"/>. The statements stand nevertheless.</exception>
    /// <exception cref="Npgsql.NpgsqlException">The server refused a statement or is unreachable; nothing of the batch stands.</exception>
    public Task<T?> ExecuteScalarAsync<T>(CancellationToken cancellationToken = default) =>
        _runner.RunAsync(_statements, BatchResults.ReadScalarAsync<T>, cancellationToken);

    /// <summary>Runs the statements.</summary>
    /// <typeparam name="T">What a row becomes.</typeparam>
    /// <param name="read">Reads the row the reader stands on; it must not move the reader or keep it.</param>
    /// <param name="cancellationToken">Cancels the running statement.</param>
    /// <returns>The last statement's rows.</returns>
    /// <exception cref="InvalidOperationException">No statement was added.</exception>
    /// <exception cref="Npgsql.NpgsqlException">The server refused a statement or is unreachable; nothing of the batch stands.</exception>
    public Task<IReadOnlyList<T>> QueryAsync<T>(Func<DbDataReader, T> read, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(read);
        return _runner.RunAsync(_statements, (batch, token) => BatchResults.ReadRowsAsync(batch, read, token), cancellationToken);
    }
}
