using Npgsql;

namespace Pulse.Tenancy;

/// <summary>Runs a caller's statements where they belong: alone, in a scope, or behind a grant.</summary>
internal abstract class BatchRunner
{
    public abstract Task<T> RunAsync<T>(
        StatementList statements, Func<NpgsqlBatch, CancellationToken, Task<T>> execute, CancellationToken cancellationToken);
}
