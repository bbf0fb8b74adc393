using System.Data.Common;

namespace Pulse.Tenancy;

/// <summary>Statements that travel in one flush: what the batches of a tenant and of an operator have in common. Not thread-safe.</summary>
/// <remarks>
/// Every answer is given only after the server has answered everything, the end of the transaction included: what was
/// returned stands.
/// </remarks>
public abstract class StatementBatch
{
    private readonly BatchRunner _runner;

    private protected StatementBatch(BatchRunner runner) => _runner = runner;

    private protected StatementList Statements { get; } = new();

    /// <summary>Runs the statements.</summary>
    /// <param name="cancellationToken">Cancels the running statement.</param>
    /// <returns>Rows inserted, updated and deleted by all of them.</returns>
    /// <exception cref="InvalidOperationException">No statement was added.</exception>
    /// <exception cref="Npgsql.NpgsqlException">The server refused a statement or is unreachable; nothing of the batch stands.</exception>
    public Task<int> ExecuteAsync(CancellationToken cancellationToken = default) =>
        _runner.RunAsync(Statements, BatchResults.ReadAffectedAsync, cancellationToken);

    /// <summary>Runs the statements.</summary>
    /// <typeparam name="T">The value's type; ask for a nullable one to tell NULL from zero.</typeparam>
    /// <param name="cancellationToken">Cancels the running statement.</param>
    /// <returns>The first column of the last statement's first row; <c>default</c> when it is NULL or there is no row.</returns>
    /// <exception cref="InvalidOperationException">No statement was added.</exception>
    /// <exception cref="InvalidCastException">The column is not a <typeparamref name="T"/>. The statements stand nevertheless.</exception>
    /// <exception cref="Npgsql.NpgsqlException">The server refused a statement or is unreachable; nothing of the batch stands.</exception>
    public Task<T?> ExecuteScalarAsync<T>(CancellationToken cancellationToken = default) =>
        _runner.RunAsync(Statements, BatchResults.ReadScalarAsync<T>, cancellationToken);

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
        return _runner.RunAsync(Statements, (batch, last, token) => BatchResults.ReadRowsAsync(batch, last, read, token), cancellationToken);
    }
}
