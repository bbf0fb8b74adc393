using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Pulse.Auth;

/// <summary>Looks at the key sets in memory; asking the provider would make its outage ours.</summary>
internal sealed class KeySetHealthCheck(TrustedIssuers issuers) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var states = issuers.All.ToDictionary(issuer => issuer.Name, issuer => issuer.Keys.State, StringComparer.Ordinal);
        return Task.FromResult(new HealthCheckResult(
            Judge(states.Values.Max(), context.Registration.FailureStatus),
            "Signing keys of the token issuers.",
            data: states.ToDictionary(state => state.Key, state => (object)state.Value.ToString(), StringComparer.Ordinal)));
    }

    private static HealthStatus Judge(KeySetState worst, HealthStatus unusable) => worst switch
    {
        KeySetState.Fresh => HealthStatus.Healthy,
        KeySetState.Stale => HealthStatus.Degraded,
        _ => unusable,
    };
}
