using System.Data.Common;

namespace Pulse.Tenancy;

internal sealed class TenantDatabase(TenantConnections connections, ManyTenants many, RetryPolicy retries) : ITenantDatabase
{
    public TenantBatch CreateBatch(TenantId tenant)
    {
        _ = tenant.Value;
        return new TenantBatch(new OneShotRunner(connections, tenant), tenant);
    }

    public ValueTask<TenantScope> OpenAsync(TenantId tenant, TenantScopeOptions? options = null, CancellationToken cancellationToken = default)
    {
        _ = tenant.Value;
        return OpenScopeAsync(tenant, options ?? new TenantScopeOptions(), cancellationToken);
    }

    public Task<T> RunAsync<T>(
        TenantId tenant, Func<TenantScope, CancellationToken, Task<T>> work, TenantRunOptions? options = null, CancellationToken cancellationToken = default)
    {
        _ = tenant.Value;
        ArgumentNullException.ThrowIfNull(work);
        return retries.RunAsync(
            token => RunOnceAsync(tenant, work, options?.Scope, token),
            options ?? new TenantRunOptions(),
            connections.Metrics.Retried,
            cancellationToken);
    }

    public Task<IReadOnlyList<TenantOutcome>> ExecuteManyAsync(
        IReadOnlyList<TenantWork> work, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        foreach (var item in work)
        {
            if (item is null || item.Statements.Count == 0)
            {
                throw new ArgumentException("Every item needs at least one statement: call TenantWork.Add.", nameof(work));
            }
        }

        return many.ExecuteAsync(work, cancellationToken);
    }

    public Task<int> BulkInsertAsync<T>(
        TenantId tenant, BulkMap<T> map, IReadOnlyList<T> rows, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var batch = CreateBatch(tenant);
        return rows.Count == 0 ? Task.FromResult(0) : batch.AddRows(map, rows).ExecuteAsync(cancellationToken);
    }

    public DbDataSource CreateDataSource(TenantId tenant)
    {
        _ = tenant.Value;
        return new TenantDataSource(connections, tenant);
    }

    private async Task<T> RunOnceAsync<T>(
        TenantId tenant, Func<TenantScope, CancellationToken, Task<T>> work, TenantScopeOptions? options, CancellationToken cancellationToken)
    {
        var scope = await OpenAsync(tenant, options, cancellationToken).ConfigureAwait(false);
        await using (scope.ConfigureAwait(false))
        {
            var answer = await work(scope, cancellationToken).ConfigureAwait(false);
            if (!scope.IsFinished)
            {
                await scope.CommitAsync(cancellationToken).ConfigureAwait(false);
            }

            return answer;
        }
    }

    private async ValueTask<TenantScope> OpenScopeAsync(TenantId tenant, TenantScopeOptions options, CancellationToken cancellationToken)
    {
        var connection = await connections.OpenAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // Npgsql holds BEGIN back until the first statement, so this costs no round trip.
            var transaction = await connection.BeginTransactionAsync(options.Isolation, cancellationToken).ConfigureAwait(false);
            return new TenantScope(connections, tenant, new TransactionExecution(connections, tenant, connection, transaction, options));
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
