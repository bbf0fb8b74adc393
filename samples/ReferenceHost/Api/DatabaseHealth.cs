using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using Pulse.ReferenceHost.Composition;

namespace Pulse.ReferenceHost.Api;

/// <summary>Whether PostgreSQL answers; without it nothing can be accepted, stored or shown.</summary>
internal sealed class DatabaseHealth([FromKeyedServices(DataSources.Worker)] NpgsqlDataSource worker) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await using var command = worker.CreateCommand("SELECT 1");
            await command.ExecuteScalarAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (NpgsqlException unreachable)
        {
            return HealthCheckResult.Unhealthy("PostgreSQL does not answer.", unreachable);
        }
    }
}
