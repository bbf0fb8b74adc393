using Microsoft.Extensions.Logging;
using Npgsql;

namespace Pulse.Tenancy;

/// <summary>Many tenants' work in one transaction, and in ever smaller ones when the server refuses part of it.</summary>
internal sealed class ManyTenants(TenantConnections connections, ILogger<ManyTenants> logger)
{
    private const string EnterRefused =
        "The server refused to switch to the tenant's role. Check that TenantSchema.Bootstrap was run in this database and that no pooler hands on connections in a role.";

    public Task<IReadOnlyList<TenantOutcome>> ExecuteAsync(IReadOnlyList<TenantWork> work, CancellationToken cancellationToken) =>
        ManySplit.RunAsync(
            work,
            part => TryTogetherAsync(part, cancellationToken),
            (items, sqlState) => Log.ManySplit(logger, items, sqlState));

    /// <summary>One transaction; answers the refusal when a statement was refused, and throws whatever else went wrong.</summary>
    private async Task<ManyAttempt> TryTogetherAsync(IReadOnlyList<TenantWork> work, CancellationToken cancellationToken)
    {
        var batch = new NpgsqlBatch();
        await using (batch.ConfigureAwait(false))
        {
            var plan = ManyPlan.Write(batch, work, tenant => connections.Enter(tenant));

            // Outside the try: a server that refuses the connection says nothing about the work.
            var connection = await connections.OpenAsync(cancellationToken).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                batch.Connection = connection;
                try
                {
                    await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
                }
                catch (PostgresException error)
                {
                    var refusedAt = BatchProgress.FirstUnfinished(batch);
                    switch (plan.Judge(error.SqlState, refusedAt))
                    {
                        case ManyRefusal.OfTheSwitch:
                            connections.DiscardAfterRefusedEnter();
                            throw new NpgsqlException(EnterRefused, error);
                        case ManyRefusal.OfTheWork:
                            connections.Metrics.BatchRefused(TenancyMetrics.Many);
                            return new ManyAttempt(Outcomes: null, error.SqlState, plan.ItemAt(refusedAt));
                        default:
                            throw;
                    }
                }
            }

            connections.Metrics.BatchSucceeded(TenancyMetrics.Many);
            return new ManyAttempt(plan.Outcomes([.. batch.BatchCommands.Cast<NpgsqlBatchCommand>().Select(command => command.RecordsAffected)]), SqlState: null, RefusedItem: null);
        }
    }
}
