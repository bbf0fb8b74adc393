using System.Data.Common;

namespace Pulse.Tenancy;

/// <summary>
/// Statements of an operator. Two transactions in one flush: the first commits the grant row, the second requires it, takes
/// the operators' role and runs the statements. Not thread-safe.
/// </summary>
/// <remarks>
/// <see cref="IOperatorAccessRecorder"/> is told of the grant and of the outcome before an answer is given; when it throws,
/// no answer is given. A missing or expired grant throws <see cref="Npgsql.PostgresException"/> with SQLSTATE <c>PT403</c>.
/// </remarks>
public sealed class OperatorBatch
{
    private readonly BatchRunner _runner;
    private readonly StatementList _statements = new();

    internal OperatorBatch(BatchRunner runner) => _runner = runner;

    /// <summary>Adds one statement.</summary>
    /// <param name="sql">A single statement with positional parameters <c>$1</c>, <c>$2</c>…</param>
    /// <param name="parameters">The parameters' values; an unnamed <see cref="Npgsql.NpgsqlParameter"/> is used as it is.</param>
    /// <returns>This batch.</returns>
    /// <exception cref="ArgumentException">The statement is blank, or a parameter has a name.</exception>
    public OperatorBatch Add(string sql, params object?[] parameters)
    {
        _statements.Add(sql, parameters);
        return this;
    }

    /// <summary>Runs the statements.</summary>
    /// <param name="cancellationToken">Cancels the running statement.</param>
    /// <returns>Rows inserted, updated and deleted; statements that write need <see cref="IOperatorDatabase.CreateWriteBatch"/>.</returns>
    /// <exception cref="InvalidOperationException">No statement was added.</exception>
    /// <exception cref="Npgsql.NpgsqlException">The server refused the grant or a statement, or is unreachable.</exception>
    public Task<int> ExecuteAsync(CancellationToken cancellationToken = default) =>
        _runner.RunAsync(_statements, BatchResults.ReadAffectedAsync, cancellationToken);

    /// <summary>Runs the statements.</summary>
    /// <typeparam name="T">The value's type; ask for a nullable one to tell NULL from zero.</typeparam>
    /// <param name="cancellationToken">Cancels the running statement.</param>
    /// <returns>The first column of the last statement's first row; <c>default</c> when it is NULL or there is no row.</returns>
    /// <exception cref="InvalidOperationException">No statement was added.</exception>
    /// <exception cref="Npgsql.NpgsqlException">The server refused the grant or a statement, or is unreachable.</exception>
    public Task<T?> ExecuteScalarAsync<T>(CancellationToken cancellationToken = default) =>
        _runner.RunAsync(_statements, BatchResults.ReadScalarAsync<T>, cancellationToken);

    /// <summary>Runs the statements.</summary>
    /// <typeparam name="T">What a row becomes.</typeparam>
    /// <param name="read">Reads the row the reader stands on; it must not move the reader or keep it.</param>
    /// <param name="cancellationToken">Cancels the running statement.</param>
    /// <returns>The last statement's rows.</returns>
    /// <exception cref="InvalidOperationException">No statement was added.</exception>
    /// <exception cref="Npgsql.NpgsqlException">The server refused the grant or a statement, or is unreachable.</exception>
    public Task<IReadOnlyList<T>> QueryAsync<T>(Func<DbDataReader, T> read, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(read);
        return _runner.RunAsync(_statements, (batch, token) => BatchResults.ReadRowsAsync(batch, read, token), cancellationToken);
    }
}
