using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Pulse.Mqtt;

/// <summary>Tries again and again what the broker must refuse, and tells when it does not.</summary>
internal sealed class BrokerCanary(
    IBrokerProbe probe, IOptions<MosquittoOptions> options, MqttMetrics metrics, TimeProvider time, ILogger<BrokerCanary> logger) : BackgroundService, IHealthCheck
{
    private volatile BrokerProtection _seen;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_seen switch
        {
            BrokerProtection.Protected => HealthCheckResult.Healthy("The broker refuses what it must refuse."),
            BrokerProtection.AclOpen => HealthCheckResult.Unhealthy("The broker runs WITHOUT its ACL: it let the forbidden topic through. Put a good file in place and restart it."),
            BrokerProtection.RevocationOpen => HealthCheckResult.Unhealthy("The broker runs WITHOUT its CRL: it let a revoked certificate in. Put a good CRL in place and signal it."),
            _ => HealthCheckResult.Degraded("The broker does not answer the canary."),
        });

    /// <summary>Looks once.</summary>
    public async ValueTask LookAsync(CancellationToken cancellationToken)
    {
        var seen = await AskAsync(cancellationToken).ConfigureAwait(false);
        metrics.CanaryLooked(seen);
        if (seen is BrokerProtection.AclOpen or BrokerProtection.RevocationOpen)
        {
            Log.BrokerOpen(logger, seen);
        }

        _seen = seen;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await LookAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // The canary must outlive whatever a broker or its certificate comes up with.
                Log.BrokerUnreachable(logger, exception);
                metrics.CanaryLooked(BrokerProtection.Unknown);
                _seen = BrokerProtection.Unknown;
            }

            await Task.Delay(options.Value.CanaryInterval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async ValueTask<BrokerProtection> AskAsync(CancellationToken cancellationToken)
    {
        switch (await probe.PublishAsync(AclCandidate.ForbiddenTopic, cancellationToken).ConfigureAwait(false))
        {
            case ProbeAnswer.Allowed:
                return BrokerProtection.AclOpen;
            case ProbeAnswer.None:
                return BrokerProtection.Unknown;
            default:
                var isIn = options.Value.RevokedCertificate is not null && await probe.ConnectRevokedAsync(cancellationToken).ConfigureAwait(false);
                return isIn ? BrokerProtection.RevocationOpen : BrokerProtection.Protected;
        }
    }
}
