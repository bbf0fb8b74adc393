using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Pulse.Certs;

/// <summary>
/// Announces certificates that are about to end, each threshold once over all hosts: the store gives a notice to the host that
/// inserted it.
/// </summary>
internal sealed class ExpiryWorker(
    ICertificateStore store,
    CertificateEventDispatcher events,
    IOptions<PulseCertsOptions> options,
    TimeProvider time,
    CertsMetrics metrics,
    ILogger<ExpiryWorker> logger) : BackgroundService
{
    /// <summary>Certificates read at once.</summary>
    public const int Page = 500;

    private readonly ExpirySchedule _schedule = new(options.Value);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await AnnounceAsync(stoppingToken).ConfigureAwait(false);
            await Task.Delay(options.Value.ExpiryCheck, time, stoppingToken).ConfigureAwait(false);
        }
    }

    /// <summary>One turn over all certificates.</summary>
    internal async Task AnnounceAsync(CancellationToken cancellationToken)
    {
        try
        {
            var now = DerTime.Truncate(time.GetUtcNow());
            await store.ResolveExpiryNoticesAsync(now, cancellationToken).ConfigureAwait(false);
            ExpiringCertificate? last = null;
            while (true)
            {
                var page = await store
                    .ListExpiringAsync(now, now + _schedule.Horizon, last, Page, cancellationToken)
                    .ConfigureAwait(false);
                foreach (var certificate in page)
                {
                    await AnnounceAsync(certificate, now, cancellationToken).ConfigureAwait(false);
                }

                if (page.Count < Page)
                {
                    return;
                }

                last = page[^1];
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception failure)
        {
            // The loop must outlive whatever a database driver throws; what was not announced is found in the next turn.
            metrics.WorkerFailed("expiry");
            Log.ExpiryFailed(logger, failure);
        }
    }

    private async Task AnnounceAsync(ExpiringCertificate certificate, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var crossed = _schedule.Crossed(certificate.NotBefore, certificate.NotAfter, now);
        var due = crossed.Except(certificate.Noticed).ToList();
        if (due.Count == 0)
        {
            return;
        }

        var added = await store.AddExpiryNoticesAsync(certificate, due, now, cancellationToken).ConfigureAwait(false);

        // After a pause several thresholds are crossed at once; only the most urgent is news.
        if (!added.Contains(crossed[^1]))
        {
            return;
        }

        metrics.Expiring();
        Log.Expiring(logger, certificate.SerialNumber, certificate.Device.CommonName, certificate.NotAfter, crossed[^1]);
        await events
            .ExpiringAsync(new CertificateExpiring(certificate.Device, certificate.SerialNumber, certificate.NotAfter, crossed[^1]))
            .ConfigureAwait(false);
    }
}
