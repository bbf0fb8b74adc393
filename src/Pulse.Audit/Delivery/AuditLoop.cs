using Microsoft.Extensions.Logging;

namespace Pulse.Audit;

/// <summary>
/// The one writer of this process's stream: numbers and chains the events, and stores them, one batch at a time. What is on
/// the disk comes first, since it is older; meanwhile new events wait in the queue or join it there.
/// </summary>
internal sealed class AuditLoop(
    AuditQueue queue,
    BatchCollector collector,
    ChainCursor chain,
    ChainDelivery delivery,
    Overflow overflow,
    DirectBatch direct,
    SpillReplay? replay,
    AuditMetrics metrics,
    ILogger<AuditLoop> logger)
{
    /// <summary>Runs until the queue is closed and nothing in memory is left to do.</summary>
    /// <param name="closing">Signals that the queue was closed: waits between attempts end, time is short now.</param>
    /// <param name="abort">Ends the loop at once; what is not settled goes to the disk, or is counted as lost.</param>
    public async Task RunAsync(CancellationToken closing, CancellationToken abort)
    {
        delivery.Begin(closing, abort);
        try
        {
            while (await StepAsync(abort).ConfigureAwait(false))
            {
            }
        }
        catch (Exception ending)
        {
            // Aborted, or a defect of this very loop: either way nobody may wait for a commit that never comes.
            if (!abort.IsCancellationRequested)
            {
                Log.LoopBroke(logger, ending);
            }
        }

        // Also when the disk keeps what is there: a gap or a flood that no record tells of yet would be told by nobody.
        queue.Close();
        Leave();
    }

    /// <returns>False when there is nothing left to do.</returns>
    private async Task<bool> StepAsync(CancellationToken abort)
    {
        if (replay is not null && overflow.HasBacklog)
        {
            await replay.StepAsync(abort).ConfigureAwait(false);
            return !replay.IsOvertaken;
        }

        var batch = await collector.CollectAsync(abort).ConfigureAwait(false);
        if (batch.Count == 0)
        {
            return false;
        }

        direct.Begin(chain.Assign(batch));
        collector.Accept();
        while (direct.Rest.Length > 0)
        {
            if (await delivery.DeliverAsync(direct.Rest, direct).ConfigureAwait(false) == DeliveryEnd.HeadMoved && !direct.IsOvertaken)
            {
                BeginNewStream();
                await delivery.PauseForForkAsync(direct).ConfigureAwait(false);
            }
        }

        return true;
    }

    private void BeginNewStream()
    {
        var rest = direct.Rest.ToArray();
        var lost = rest[0];
        chain.BeginNewStream();
        direct.Begin(chain.Assign([.. rest.Select(chained => chained.Event)]));
        metrics.StreamForked();
        Log.StreamForked(logger, lost.Stream, lost.Sequence - 1, chain.Head.Stream);
    }

    private void Leave()
    {
        try
        {
            // Gathered, and without a place yet.
            collector.Return();
            overflow.Relieve(direct);
        }
        catch (Exception defect)
        {
            // The last thing the loop does: whatever is wrong here, those who wait are told below.
            Log.LoopBroke(logger, defect);
        }

        collector.AbandonFloods();
        queue.Abandon(direct.Rest.ToArray().Select(chained => chained.Event).Concat(collector.Gathered));
    }
}
