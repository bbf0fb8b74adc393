using Npgsql;

namespace Pulse.Tenancy;

/// <summary>A connection that serves one tenant, and when the switch to that tenant has to be sent.</summary>
internal abstract class TenantExecution(TenantConnections connections, TenantId tenant, NpgsqlConnection connection, string kind)
{
    private bool _sentEnter;

    public NpgsqlConnection Connection => connection;

    /// <summary>Whether the next batch has to begin with the switch.</summary>
    protected abstract bool EnterIsDue { get; }

    /// <summary>Writes a batch: the switch when it is due, then what the caller appends.</summary>
    /// <param name="append">Adds the caller's statements; nothing was begun when it throws.</param>
    public NpgsqlBatch Begin(Action<NpgsqlBatch> append)
    {
        var batch = connection.CreateBatch();
        try
        {
            var enters = EnterIsDue;
            if (enters)
            {
                batch.BatchCommands.Add(connections.Enter(tenant, Options));
            }

            append(batch);
            _sentEnter = enters;
            OnBegin();
            return batch;
        }
        catch
        {
            batch.Dispose();
            throw;
        }
    }

    public void Succeed()
    {
        OnSuccess();
        connections.Metrics.BatchSucceeded(kind);
    }

    public void Fail(NpgsqlBatch batch, PostgresException error)
    {
        connections.Metrics.BatchRefused(kind);
        if (_sentEnter && EnterCommand.WasRefused(error, batch))
        {
            connections.DiscardAfterRefusedEnter();
        }
    }

    /// <summary>Runs what <see cref="Begin"/> wrote.</summary>
    public async Task<T> RunAsync<T>(Action<NpgsqlBatch> append, Func<NpgsqlBatch, Task<T>> read)
    {
        var batch = Begin(append);
        await using (batch.ConfigureAwait(false))
        {
            try
            {
                var result = await read(batch).ConfigureAwait(false);
                Succeed();
                return result;
            }
            catch (PostgresException error)
            {
                Fail(batch, error);
                throw;
            }
        }
    }

    protected virtual TenantScopeOptions? Options => null;

    protected virtual void OnBegin()
    {
    }

    protected virtual void OnSuccess()
    {
    }
}
