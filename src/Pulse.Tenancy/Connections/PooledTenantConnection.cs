using System.Data;
using System.Data.Common;
using Npgsql;

namespace Pulse.Tenancy;

/// <summary>A connection of a <see cref="TenantDataSource"/>: each command is a transaction of its own unless one was begun.</summary>
internal sealed class PooledTenantConnection(TenantConnections connections, TenantId tenant) : TenantConnection
{
    private NpgsqlConnection? _connection;
    private AutoCommitExecution? _autoCommit;
    private TenantTransaction? _transaction;

    // A transaction that was committed but not disposed of yet still has the connection.
    protected override TenantExecution? Execution => _transaction is { Execution.State.IsFinished: false } ? _transaction.Execution : _autoCommit;

    public override void Open()
    {
        ThrowIfOpen();
        Opened(connections.Open());
    }

    public override async Task OpenAsync(CancellationToken cancellationToken)
    {
        ThrowIfOpen();
        Opened(await connections.OpenAsync(cancellationToken).ConfigureAwait(false));
    }

    public override void Close()
    {
        _transaction?.Dispose();
        _connection?.Dispose();
        Closed();
    }

    public override async Task CloseAsync()
    {
        if (_transaction is not null)
        {
            await _transaction.DisposeAsync().ConfigureAwait(false);
        }

        if (_connection is not null)
        {
            await _connection.DisposeAsync().ConfigureAwait(false);
        }

        Closed();
    }

    public override async ValueTask DisposeAsync()
    {
        await CloseAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _transaction?.Dispose();
            Close();
        }

        base.Dispose(disposing);
    }

    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel)
    {
        var connection = Required.Connection;
        var options = new TenantScopeOptions { Isolation = isolationLevel };

        // Npgsql refuses a second one, and holds BEGIN back until the first statement.
        var transaction = connection.BeginTransaction(isolationLevel);
        _transaction = new TenantTransaction(this, new TransactionExecution(connections, tenant, connection, transaction, options), isolationLevel);
        return _transaction;
    }

    private void ThrowIfOpen()
    {
        if (_connection is not null)
        {
            throw new InvalidOperationException("The connection is open already.");
        }
    }

    private void Opened(NpgsqlConnection connection)
    {
        _connection = connection;
        _autoCommit = new AutoCommitExecution(connections, tenant, connection);
        OnStateChange(new StateChangeEventArgs(ConnectionState.Closed, ConnectionState.Open));
    }

    private void Closed()
    {
        var wasOpen = _connection is not null;
        _connection = null;
        _autoCommit = null;
        _transaction = null;
        if (wasOpen)
        {
            OnStateChange(new StateChangeEventArgs(ConnectionState.Open, ConnectionState.Closed));
        }
    }
}
