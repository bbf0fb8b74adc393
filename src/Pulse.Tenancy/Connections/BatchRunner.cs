using Npgsql;

namespace Pulse.Tenancy;

/// <summary>Runs a caller's statements where they belong: alone, in a scope, or behind a grant.</summary>
internal abstract class BatchRunner
{
    public abstract Task<T> RunAsync<T>(StatementList statements, BatchReader<T> read, CancellationToken cancellationToken);
}

/// <summary>Executes a batch and reads its answer; <paramref name="last"/> is the caller's last statement.</summary>
internal delegate Task<T> BatchReader<T>(NpgsqlBatch batch, int last, CancellationToken cancellationToken);
