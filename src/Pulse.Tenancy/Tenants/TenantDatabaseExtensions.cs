namespace Pulse.Tenancy;

/// <summary>What can be said in terms of <see cref="ITenantDatabase"/> alone.</summary>
public static class TenantDatabaseExtensions
{
    /// <summary>
    /// Runs background work for one tenant after the other, each in its own scope. One tenant's failure does not keep the
    /// others from their turn.
    /// </summary>
    /// <param name="database">Usually the one with the key <see cref="PulseTenancyOptions.DirectKey"/>.</param>
    /// <param name="tenants">The tenants, in the order they are served.</param>
    /// <param name="work">The work for <see cref="TenantScope.Tenant"/>; repeated as <see cref="ITenantDatabase.RunAsync"/> does.</param>
    /// <param name="options">Attempts, pauses and the transactions' ways; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the round after the tenant whose turn it is.</param>
    /// <returns>One result per tenant, in the same order; those that succeeded are committed.</returns>
    /// <exception cref="OperationCanceledException">The round was cancelled; the tenants before are committed.</exception>
    public static async Task<IReadOnlyList<TenantRunResult>> ForEachTenantAsync(
        this ITenantDatabase database,
        IEnumerable<TenantId> tenants,
        Func<TenantScope, CancellationToken, Task> work,
        TenantRunOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(tenants);
        ArgumentNullException.ThrowIfNull(work);

        var results = new List<TenantRunResult>();
        foreach (var tenant in tenants)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _ = tenant.Value;
            try
            {
                await database.RunAsync<object?>(
                    tenant,
                    async (scope, token) =>
                    {
                        await work(scope, token).ConfigureAwait(false);
                        return null;
                    },
                    options,
                    cancellationToken).ConfigureAwait(false);
                results.Add(new TenantRunResult(tenant, error: null));
            }
            catch (Exception error) when (!cancellationToken.IsCancellationRequested)
            {
                // A loop boundary: whatever one tenant's work throws is that tenant's result, handed to the caller.
                results.Add(new TenantRunResult(tenant, error));
            }
        }

        return results;
    }
}
