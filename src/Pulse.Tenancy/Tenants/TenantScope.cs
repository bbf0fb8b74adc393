using Npgsql;

namespace Pulse.Tenancy;

/// <summary>
/// A tenant's transaction of several steps. Made by <see cref="ITenantDatabase.OpenAsync"/>; not thread-safe. Rolled back
/// on disposal unless <see cref="CommitAsync"/> completed.
/// </summary>
public sealed class TenantScope : IAsyncDisposable
{
    private readonly TenantConnections _connections;
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;
    private readonly ScopeRunner _runner;
    private bool _entered;
    private bool _failed;
    private bool _finished;

    internal TenantScope(
        TenantConnections connections, TenantId tenant, NpgsqlConnection connection, NpgsqlTransaction transaction)
    {
        _connections = connections;
        _connection = connection;
        _transaction = transaction;
        _runner = new ScopeRunner(this);
        Tenant = tenant;
    }

    /// <summary>Whose rows.</summary>
    public TenantId Tenant { get; }

    /// <summary>Begins a list of statements that run together in this transaction, in one round trip.</summary>
    /// <exception cref="InvalidOperationException">The scope was committed or disposed of.</exception>
    public TenantBatch CreateBatch()
    {
        ThrowIfFinished();
        return new TenantBatch(_runner);
    }

    /// <summary>Commits. When this throws, nothing of the scope stands unless the connection broke on the way.</summary>
    /// <param name="cancellationToken">Cancels the commit; whether it happened is then unknown.</param>
    /// <exception cref="InvalidOperationException">The scope is finished, or its last batch failed: nothing could be committed.</exception>
    /// <exception cref="NpgsqlException">The server refused (a deferred constraint, for example) or is unreachable.</exception>
    public async Task CommitAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfFinished();
        if (_failed)
        {
            // PostgreSQL would answer COMMIT with a quiet ROLLBACK.
            throw new InvalidOperationException("The scope's last batch failed, so its transaction can only roll back. Open a new scope.");
        }

        _finished = true;
        await _transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Rolls back what was not committed and returns the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        _finished = true;
        await _transaction.DisposeAsync().ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
    }

    private void ThrowIfFinished()
    {
        if (_finished)
        {
            throw new InvalidOperationException("The scope is committed or disposed of. Open a new one.");
        }
    }

    private async Task<T> RunAsync<T>(
        StatementList statements, Func<NpgsqlBatch, CancellationToken, Task<T>> execute, CancellationToken cancellationToken)
    {
        ThrowIfFinished();
        var batch = _connection.CreateBatch();
        await using (batch.ConfigureAwait(false))
        {
            var enters = !_entered;
            if (enters)
            {
                batch.BatchCommands.Add(_connections.Enter(Tenant));
            }

            statements.AppendTo(batch);

            // Entering works once per transaction. Should the switch not have happened, the statements that follow run as a
            // login without any right.
            _entered = true;
            _failed = true;
            try
            {
                var result = await execute(batch, cancellationToken).ConfigureAwait(false);
                _failed = false;
                _connections.Metrics.BatchSucceeded(TenancyMetrics.Scope);
                return result;
            }
            catch (PostgresException error)
            {
                _connections.Metrics.BatchRefused(TenancyMetrics.Scope);
                if (enters && EnterCommand.WasRefused(error, batch))
                {
                    _connections.DiscardAfterRefusedEnter();
                }

                throw;
            }
        }
    }

    private sealed class ScopeRunner(TenantScope scope) : BatchRunner
    {
        public override Task<T> RunAsync<T>(
            StatementList statements, Func<NpgsqlBatch, CancellationToken, Task<T>> execute, CancellationToken cancellationToken) =>
            scope.RunAsync(statements, execute, cancellationToken);
    }
}
