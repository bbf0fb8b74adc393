using Microsoft.Extensions.Logging;
using Npgsql;

namespace Pulse.Tenancy;

/// <summary>Many tenants' work in one transaction, and item by item when the server refuses part of it.</summary>
internal sealed class ManyTenants(TenantConnections connections, ILogger<ManyTenants> logger)
{
    public async Task<IReadOnlyList<TenantOutcome>> ExecuteAsync(
        IReadOnlyList<TenantWork> work, CancellationToken cancellationToken)
    {
        if (work.Count == 0)
        {
            return [];
        }

        try
        {
            var together = await ExecuteTogetherAsync(work, cancellationToken).ConfigureAwait(false);
            connections.Metrics.BatchSucceeded(TenancyMetrics.Many);
            return together;
        }
        catch (PostgresException error) when (work.Count > 1 && Refusal.IsOfTheStatement(error.SqlState))
        {
            connections.Metrics.BatchRefused(TenancyMetrics.Many);
            Log.ManySplit(logger, work.Count, error.SqlState);
        }
        catch (PostgresException error) when (work.Count == 1 && Refusal.IsOfTheStatement(error.SqlState))
        {
            connections.Metrics.BatchRefused(TenancyMetrics.Many);
            return [new TenantOutcome(work[0].Tenant, succeeded: false, 0, error.SqlState)];
        }

        var outcomes = new TenantOutcome[work.Count];
        for (var i = 0; i < work.Count; i++)
        {
            outcomes[i] = await ExecuteAloneAsync(work[i], cancellationToken).ConfigureAwait(false);
        }

        return outcomes;
    }

    private async Task<IReadOnlyList<TenantOutcome>> ExecuteTogetherAsync(
        IReadOnlyList<TenantWork> work, CancellationToken cancellationToken)
    {
        var batch = new NpgsqlBatch();
        await using (batch.ConfigureAwait(false))
        {
            var plan = ManyPlan.Write(batch, work, connections.Enter);

            var connection = await connections.OpenAsync(cancellationToken).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                batch.Connection = connection;
                try
                {
                    await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
                }
                catch (PostgresException error) when (plan.WasEnterRefused())
                {
                    connections.DiscardAfterRefusedEnter();
                    throw new NpgsqlException(EnterRefused, error);
                }
            }

            return plan.Outcomes();
        }
    }

    private async Task<TenantOutcome> ExecuteAloneAsync(TenantWork item, CancellationToken cancellationToken)
    {
        try
        {
            var single = await ExecuteTogetherAsync([item], cancellationToken).ConfigureAwait(false);
            return single[0];
        }
        catch (PostgresException error) when (Refusal.IsOfTheStatement(error.SqlState))
        {
            return new TenantOutcome(item.Tenant, succeeded: false, 0, error.SqlState);
        }
    }

    private const string EnterRefused =
        "The server refused to switch to the tenant's role. Check that TenantSchema.Bootstrap was run in this database and that no pooler hands on connections in a role.";
}
