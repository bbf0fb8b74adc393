namespace Pulse.Tenancy;

/// <summary>Opens scopes on live connections.</summary>
internal sealed class TenantScopes(TenantConnections connections)
{
    public async ValueTask<TenantScope> OpenAsync(TenantId tenant, TenantScopeOptions options, CancellationToken cancellationToken)
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

    /// <summary>Work in a scope of its own, committed unless it has done so itself.</summary>
    public async Task<T> RunAsync<T>(
        TenantId tenant, Func<TenantScope, CancellationToken, Task<T>> work, TenantScopeOptions options, CancellationToken cancellationToken)
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
}
