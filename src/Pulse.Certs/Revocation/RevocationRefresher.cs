using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Pulse.Certs;

/// <summary>Reads the revocation list at start and ever again. A failure leaves the old list in place; its age decides what it is worth.</summary>
internal sealed class RevocationRefresher(
    ICertificateStore store,
    RevocationView view,
    IOptions<PulseCertsOptions> options,
    TimeProvider time,
    CertsMetrics metrics,
    ILogger<RevocationRefresher> logger) : BackgroundService
{
    /// <summary>After a failure: the list is getting old, and at start there is none at all.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    /// <summary>Reads the list before the host opens its listeners, where the order of registration allows it.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await RefreshAsync(cancellationToken).ConfigureAwait(false);
        await base.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var succeeded = view.IsFresh;
        while (true)
        {
            await Task.Delay(succeeded ? options.Value.RevocationRefresh : RetryAfter, time, stoppingToken).ConfigureAwait(false);
            succeeded = await RefreshAsync(stoppingToken).ConfigureAwait(false);
        }
    }

    internal async Task<bool> RefreshAsync(CancellationToken cancellationToken)
    {
        // Before the reading: a list is as old as the moment it was asked for.
        var readAt = time.GetTimestamp();
        try
        {
            var serials = await store.ReadRevokedAsync(cancellationToken).ConfigureAwait(false);
            view.Replace(serials, readAt);
            Log.RevocationRefreshed(logger, serials.Count);
            return true;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception failure)
        {
            // The loop must outlive whatever a database driver throws; the view turns stale and the validator refuses.
            metrics.RefreshFailed();
            Log.RevocationRefreshFailed(logger, failure, view.Age, options.Value.RevocationMaxStaleness);
            return false;
        }
    }
}
