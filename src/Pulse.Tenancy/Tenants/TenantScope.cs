using System.Data.Common;
using Npgsql;

namespace Pulse.Tenancy;

/// <summary>
/// A tenant's transaction of several steps. Made by <see cref="ITenantDatabase.OpenAsync"/>; not thread-safe. Rolled back
/// on disposal unless <see cref="CommitAsync"/> or a committing batch completed.
/// </summary>
public sealed class TenantScope : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly TransactionExecution _execution;
    private readonly TenantConnections _connections;
    private ScopeConnection? _adoNet;
    private bool _isLent;

    internal TenantScope(TenantConnections connections, TenantId tenant, TransactionExecution execution)
    {
        _connections = connections;
        _connection = execution.Connection;
        _execution = execution;
        Tenant = tenant;
    }

    /// <summary>Whose rows.</summary>
    public TenantId Tenant { get; }

    /// <summary>
    /// The scope as a connection of ADO.NET, for libraries that want one (Dapper). Each command is one statement of the
    /// scope's transaction, with positional (<c>$1</c>) or named (<c>@id</c>) parameters; more than one statement is refused.
    /// </summary>
    /// <remarks>
    /// Open while the scope lasts; closing or disposing of it does nothing, and it begins no transactions, for it is one. A
    /// command that failed leaves nothing to commit. Explicit preparation, output parameters and schema-only reading are refused.
    /// </remarks>
    public DbConnection Connection => _adoNet ??= new ScopeConnection(_execution);

    /// <summary>Whether the scope has come to its end; <see cref="ITenantDatabase.RunAsync"/> commits one that has not.</summary>
    internal bool IsFinished => _execution.State.IsFinished;

    /// <summary>Begins a list of statements that run together in this transaction, in one round trip.</summary>
    /// <exception cref="InvalidOperationException">The scope was committed or disposed of.</exception>
    public TenantBatch CreateBatch() => Create(commits: false);

    /// <summary>
    /// Begins the scope's last list of statements: COMMIT travels behind them in the same flush, so the commit costs no
    /// round trip of its own. What the batch answers is committed.
    /// </summary>
    /// <remarks>When a statement or the commit is refused nothing of the scope stands.</remarks>
    /// <exception cref="InvalidOperationException">The scope was committed or disposed of.</exception>
    public TenantBatch CreateCommittingBatch() => Create(commits: true);

    /// <summary>Commits. When this throws, nothing of the scope stands unless the connection broke on the way.</summary>
    /// <param name="cancellationToken">Cancels the commit; whether it happened is then unknown.</param>
    /// <exception cref="InvalidOperationException">The scope is finished, or its last batch failed: nothing could be committed.</exception>
    /// <exception cref="NpgsqlException">The server refused (a deferred constraint, for example) or is unreachable.</exception>
    public async Task CommitAsync(CancellationToken cancellationToken = default)
    {
        _execution.State.ThrowIfItCannotCommit();
        if (_isLent)
        {
            // Only the server knows whether foreign statements failed; asked in the same flush, it refuses with 25P02 instead
            // of answering COMMIT with a quiet ROLLBACK.
            await CreateCommittingBatch().Add("SELECT 1").ExecuteAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        await _execution.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// The driver's own connection, entered, for code that must have it (COPY TO, EF Core, Marten). Sealed mode only: that code
    /// may send whole statements of its own, which only a sealed tenant withstands.
    /// </summary>
    /// <param name="cancellationToken">Cancels entering the tenant, which costs a round trip when no batch has run yet.</param>
    /// <remarks>The scope still owns it and its transaction: neither close it nor commit on it.</remarks>
    /// <exception cref="InvalidOperationException">The scope has ended, or <see cref="PulseTenancyOptions.Seal"/> is not set.</exception>
    /// <exception cref="NpgsqlException">The server refused the switch or is unreachable.</exception>
    public async Task<NpgsqlConnection> GetRawConnectionAsync(CancellationToken cancellationToken = default)
    {
        _execution.State.ThrowIfFinished();
        if (!_connections.IsSealed)
        {
            throw new InvalidOperationException(
                $"A raw connection could set another tenant. Set {nameof(PulseTenancyOptions)}.{nameof(PulseTenancyOptions.Seal)} (sealed mode), or use {nameof(Connection)}.");
        }

        if (!_execution.State.HasEntered)
        {
            await _execution.RunAsync(_ => { }, batch => batch.ExecuteNonQueryAsync(cancellationToken)).ConfigureAwait(false);
        }

        _isLent = true;
        return _connection;
    }

    /// <summary>Rolls back what was not committed and returns the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        await _execution.EndAsync().ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
    }

    private TenantBatch Create(bool commits)
    {
        _execution.State.ThrowIfFinished();
        return new TenantBatch(new ScopeRunner(_execution, commits), Tenant);
    }
}
