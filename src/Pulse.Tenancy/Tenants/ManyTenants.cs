using Microsoft.Extensions.Logging;
using Npgsql;

namespace Pulse.Tenancy;

/// <summary>Many tenants' work in one transaction, and item by item when the server refuses part of it.</summary>
internal sealed class ManyTenants(TenantConnections connections, ILogger<ManyTenants> logger)
{
    private const string EnterRefused =
        "The server refused to switch to the tenant's role. Check that TenantSchema.Bootstrap was run in this database and that no pooler hands on connections in a role.";

    public async Task<IReadOnlyList<TenantOutcome>> ExecuteAsync(
        IReadOnlyList<TenantWork> work, CancellationToken cancellationToken)
    {
        if (work.Count == 0)
        {
            return [];
        }

        var (outcomes, refusal) = await TryTogetherAsync(work, cancellationToken).ConfigureAwait(false);
        if (outcomes is not null)
        {
            connections.Metrics.BatchSucceeded(TenancyMetrics.Many);
            return outcomes;
        }

        connections.Metrics.BatchRefused(TenancyMetrics.Many);
        if (work.Count == 1)
        {
            return [Refused(work[0], refusal)];
        }

        Log.ManySplit(logger, work.Count, refusal);
        var separate = new TenantOutcome[work.Count];
        for (var i = 0; i < work.Count; i++)
        {
            (outcomes, refusal) = await TryTogetherAsync([work[i]], cancellationToken).ConfigureAwait(false);
            separate[i] = outcomes is null ? Refused(work[i], refusal) : outcomes[0];
        }

        return separate;
    }

    private static TenantOutcome Refused(TenantWork item, string? sqlState) => new(item.Tenant, succeeded: false, 0, sqlState);

    /// <summary>One transaction; answers the SQLSTATE when a statement was refused, and throws whatever else went wrong.</summary>
    private async Task<(IReadOnlyList<TenantOutcome>? Outcomes, string? Refusal)> TryTogetherAsync(
        IReadOnlyList<TenantWork> work, CancellationToken cancellationToken)
    {
        var batch = new NpgsqlBatch();
        await using (batch.ConfigureAwait(false))
        {
            var plan = ManyPlan.Write(batch, work, connections.Enter);

            // Outside the try: a server that refuses the connection says nothing about the work.
            var connection = await connections.OpenAsync(cancellationToken).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                batch.Connection = connection;
                try
                {
                    await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
                }
                catch (PostgresException error) when (plan.WasEnterRefused() && Refusal.IsOfTheStatement(error.SqlState))
                {
                    connections.DiscardAfterRefusedEnter();
                    throw new NpgsqlException(EnterRefused, error);
                }
                catch (PostgresException error) when (Refusal.IsOfTheStatement(error.SqlState))
                {
                    return (null, error.SqlState);
                }
            }

            return (plan.Outcomes(), null);
        }
    }
}
