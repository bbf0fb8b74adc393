namespace Pulse.Tenancy;

internal sealed class TenantDatabase(TenantConnections connections, ManyTenants many) : ITenantDatabase
{
    public TenantBatch CreateBatch(TenantId tenant)
    {
        _ = tenant.Value;
        return new TenantBatch(new OneShotRunner(connections, tenant));
    }

    public ValueTask<TenantScope> OpenAsync(TenantId tenant, CancellationToken cancellationToken = default)
    {
        _ = tenant.Value;
        return OpenScopeAsync(tenant, cancellationToken);
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

    private async ValueTask<TenantScope> OpenScopeAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        var connection = await connections.OpenAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // Npgsql holds BEGIN back until the first statement, so this costs no round trip.
            var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
            return new TenantScope(connections, tenant, connection, transaction);
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
