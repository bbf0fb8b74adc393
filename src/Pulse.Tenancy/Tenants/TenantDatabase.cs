using System.Data.Common;

namespace Pulse.Tenancy;

/// <summary>What is asked of a tenant's database, checked before a connection is taken.</summary>
internal sealed class TenantDatabase(TenantConnections connections, TenantScopes scopes, ManyTenants many, RetryPolicy retries) : ITenantDatabase
{
    public TenantBatch CreateBatch(TenantId tenant)
    {
        _ = tenant.Value;
        return new TenantBatch(new OneShotRunner(connections, tenant), tenant);
    }

    public ValueTask<TenantScope> OpenAsync(TenantId tenant, TenantScopeOptions? options = null, CancellationToken cancellationToken = default)
    {
        _ = tenant.Value;
        return scopes.OpenAsync(tenant, options ?? new TenantScopeOptions(), cancellationToken);
    }

    public Task<T> RunAsync<T>(
        TenantId tenant, Func<TenantScope, CancellationToken, Task<T>> work, TenantRunOptions? options = null, CancellationToken cancellationToken = default)
    {
        _ = tenant.Value;
        ArgumentNullException.ThrowIfNull(work);
        var wanted = options ?? new TenantRunOptions();
        var ways = wanted.Scope ?? new TenantScopeOptions();
        return retries.RunAsync(token => scopes.RunAsync(tenant, work, ways, token), wanted, connections.Metrics.Retried, cancellationToken);
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
}
