namespace Pulse.Tenancy;

/// <summary>
/// Statements of an operator. Two transactions in one flush: the first commits the grant row, the second requires it, takes
/// the operators' role and runs the statements.
/// </summary>
/// <remarks>
/// <see cref="IOperatorAccessRecorder"/> is told of the grant and of the outcome before an answer is given; when it throws,
/// no answer is given. A missing or expired grant throws <see cref="Npgsql.PostgresException"/> with SQLSTATE <c>PT403</c>.
/// </remarks>
public sealed class OperatorBatch : StatementBatch
{
    internal OperatorBatch(BatchRunner runner)
        : base(runner)
    {
    }

    /// <summary>Adds one statement; one that writes needs <see cref="IOperatorDatabase.CreateWriteBatch"/>.</summary>
    /// <param name="sql">A single statement with positional parameters <c>$1</c>, <c>$2</c>…</param>
    /// <param name="parameters">The parameters' values; an unnamed <see cref="Npgsql.NpgsqlParameter"/> is used as it is.</param>
    /// <returns>This batch.</returns>
    /// <exception cref="ArgumentException">The statement is blank, or a parameter has a name.</exception>
    public OperatorBatch Add(string sql, params object?[] parameters)
    {
        Statements.Add(sql, parameters);
        return this;
    }
}
