using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Pulse.Certs;

/// <summary>
/// Ends overlaps: at their time, and as soon as the newer certificate is seen. Any number of hosts may do so at once; the store
/// lets each older certificate be revoked once.
/// </summary>
internal sealed class RotationWorker(
    ICertificateStore store,
    CertificateRevoker revoker,
    CertificateSightings sightings,
    IOptions<PulseCertsOptions> options,
    TimeProvider time,
    CertsMetrics metrics,
    ILogger<RotationWorker> logger) : BackgroundService
{
    /// <summary>Overlaps and sightings worked off in one turn.</summary>
    public const int Batch = 256;

    /// <summary>What a turn left to do.</summary>
    internal enum Turn
    {
        Done,
        More,
        Failed,
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            var turn = await EndAsync(stoppingToken).ConfigureAwait(false);
            if (turn != Turn.More)
            {
                await WaitAsync(wakeWhenSeen: turn == Turn.Done, stoppingToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>One turn.</summary>
    internal async Task<Turn> EndAsync(CancellationToken cancellationToken)
    {
        var seen = sightings.Take(Batch);
        try
        {
            var overlaps = await store
                .ListEndingOverlapsAsync(DerTime.Truncate(time.GetUtcNow()), seen, Batch, cancellationToken)
                .ConfigureAwait(false);
            foreach (var overlap in overlaps)
            {
                await revoker.ChangeAsync(
                    overlap.Device,
                    overlap.SerialNumber,
                    RevocationAction.Revoke,
                    RevocationReason.Superseded,
                    invalidSince: null,
                    cancellationToken).ConfigureAwait(false);
            }

            return overlaps.Count == Batch || seen.Count == Batch ? Turn.More : Turn.Done;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception failure)
        {
            // The loop must outlive whatever a database driver throws; the overlaps are stored and end in a later turn.
            sightings.Forget(seen);
            metrics.WorkerFailed("rotation");
            Log.RotationFailed(logger, failure);
            return Turn.Failed;
        }
    }

    private async Task WaitAsync(bool wakeWhenSeen, CancellationToken stoppingToken)
    {
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var pause = Task.Delay(options.Value.RotationCheck, time, wait.Token);

        // After a failure devices that connect must not become the rhythm of the attempts.
        var seen = wakeWhenSeen ? sightings.WaitAsync(wait.Token).AsTask() : pause;
        await Task.WhenAny(pause, seen).ConfigureAwait(false);
        await wait.CancelAsync().ConfigureAwait(false);
        stoppingToken.ThrowIfCancellationRequested();
    }
}
