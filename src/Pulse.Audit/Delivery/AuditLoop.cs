using Microsoft.Extensions.Logging;

namespace Pulse.Audit;

/// <summary>
/// The one writer of this process's stream: numbers and chains the events, and stores them, one batch at a time. It never
/// sees a caller's cancellation, and only <c>abort</c> ends it before everything queued is settled.
/// </summary>
internal sealed class AuditLoop(
    AuditQueue queue,
    BatchCollector collector,
    IAuditStore store,
    AuditLedger ledger,
    AuditMetrics metrics,
    PulseAuditOptions options,
    BackOff backOff,
    TimeProvider time,
    ILogger<AuditLoop> logger)
{
    private static readonly TimeSpan CriticalPatience = TimeSpan.FromSeconds(1);

    private ChainHead _head = ChainHead.Start(Guid.CreateVersion7(time.GetUtcNow()));
    private PendingEvent? _oldestInFlight;
    private int _failures;

    /// <summary>Attempts that failed since the last one that succeeded.</summary>
    public int Failures => Volatile.Read(ref _failures);

    /// <summary>Age of the oldest event that is not settled; zero when there is none.</summary>
    public TimeSpan OldestAge
    {
        get
        {
            var oldest = Volatile.Read(ref _oldestInFlight);
            if (oldest is null)
            {
                queue.Reader.TryPeek(out oldest);
            }

            return oldest is null ? TimeSpan.Zero : time.GetElapsedTime(oldest.EnqueuedAt);
        }
    }

    /// <summary>Runs until the queue is closed and empty.</summary>
    /// <param name="closing">Signals that the queue was closed: waits between attempts end, time is short now.</param>
    /// <param name="abort">Ends the loop at once; what is not settled is counted as lost.</param>
    public async Task RunAsync(CancellationToken closing, CancellationToken abort)
    {
        try
        {
            while (await collector.CollectAsync(abort).ConfigureAwait(false) is { Count: > 0 } batch)
            {
                Volatile.Write(ref _oldestInFlight, batch[0]);
                await DeliverAsync(batch, closing, abort).ConfigureAwait(false);
                Volatile.Write(ref _oldestInFlight, null);
            }
        }
        catch (Exception ending)
        {
            // Aborted, or a defect of this very loop: either way nobody may wait for a commit that never comes.
            if (!abort.IsCancellationRequested)
            {
                Log.LoopBroke(logger, ending);
            }

            queue.Close();
            queue.Abandon(collector.Gathered);
        }
    }

    private async Task DeliverAsync(IReadOnlyList<PendingEvent> batch, CancellationToken closing, CancellationToken abort)
    {
        for (var settled = 0; settled < batch.Count;)
        {
            var start = _head.Sequence;
            var chained = _head.Extend(batch, settled);
            var complete = await StoreAsync(chained, closing, abort).ConfigureAwait(false);
            settled += (int)(_head.Sequence - start);
            if (!complete)
            {
                BeginNewStream();

                // A head that nobody lets us move must not turn into streams without end.
                await WaitAsync(backOff.Next(), closing, abort).ConfigureAwait(false);
            }
        }
    }

    /// <returns>False when the stream's head has been moved by somebody else.</returns>
    private async Task<bool> StoreAsync(ReadOnlyMemory<ChainedEvent> events, CancellationToken closing, CancellationToken abort)
    {
        while (true)
        {
            string refusal;
            try
            {
                var result = await AttemptAsync(
                    token => store.AppendAsync(events, HasCritical(events.Span), token), events.Length, abort).ConfigureAwait(false);
                if (result != StoreResult.Duplicate)
                {
                    return Settle(events.Span, result, refusal: null);
                }

                refusal = StoreFailure.DuplicateEvent;
            }
            catch (Exception failure) when (!abort.IsCancellationRequested && StoreFailure.KindOf(failure) == StoreFailureKind.Refused)
            {
                metrics.StoreFailed(StoreFailureKind.Refused);
                refusal = StoreFailure.SqlStateOf(failure)!;
            }
            catch (Exception failure) when (!abort.IsCancellationRequested)
            {
                // The loop must outlive whatever a store throws: it is logged, counted and tried again.
                await PauseAsync(failure, closing, abort).ConfigureAwait(false);
                continue;
            }

            if (events.Length == 1)
            {
                return await QuarantineAsync(events, refusal, closing, abort).ConfigureAwait(false);
            }

            var half = events.Length / 2;
            return await StoreAsync(events[..half], closing, abort).ConfigureAwait(false)
                && await StoreAsync(events[half..], closing, abort).ConfigureAwait(false);
        }
    }

    private async Task<bool> QuarantineAsync(
        ReadOnlyMemory<ChainedEvent> single, string sqlState, CancellationToken closing, CancellationToken abort)
    {
        var refused = single.Span[0];
        while (true)
        {
            try
            {
                var result = await AttemptAsync(token => store.QuarantineAsync(refused, sqlState, token), 1, abort).ConfigureAwait(false);
                return Settle(single.Span, result, sqlState);
            }
            catch (Exception failure) when (!abort.IsCancellationRequested)
            {
                // As above: the event stays ours until its place in the chain is written.
                await PauseAsync(failure, closing, abort).ConfigureAwait(false);
            }
        }
    }

    private async Task<StoreResult> AttemptAsync(
        Func<CancellationToken, Task<StoreResult>> attempt, int events, CancellationToken abort)
    {
        using var limit = new CancellationTokenSource(options.StoreTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, abort);
        var started = time.GetTimestamp();
        var result = await attempt(either.Token).ConfigureAwait(false);
        metrics.Flushed(time.GetElapsedTime(started), events);
        return result;
    }

    /// <returns>False when nothing is settled because the head has been moved.</returns>
    private bool Settle(ReadOnlySpan<ChainedEvent> events, StoreResult result, string? refusal)
    {
        if (result == StoreResult.HeadMoved)
        {
            return false;
        }

        backOff.Reset();
        var failures = Interlocked.Exchange(ref _failures, 0);
        if (failures > 0)
        {
            Log.StoreRecovered(logger, failures);
        }

        _head = new ChainHead(events[^1].Stream, events[^1].Sequence, events[^1].Hash);
        foreach (var chained in events)
        {
            if (refusal is null)
            {
                ledger.Store(chained.Event);
            }
            else
            {
                ledger.Quarantine(chained.Event);
                Log.EventQuarantined(logger, chained.Event.Id, chained.Stream, chained.Sequence, refusal);
            }

            if (chained.Event.GapCount > 0)
            {
                Log.EventsDropped(logger, chained.Event.GapCount, chained.Event.Id);
            }

            queue.Settle(chained.Event);
            chained.Event.Tell(refusal is null
                ? null
                : new AuditUnavailableException(
                    $"The database refused the audit event with SQLSTATE {refusal}; it is kept in pulse_audit.quarantine."));
        }

        return true;
    }

    private async Task PauseAsync(Exception failure, CancellationToken closing, CancellationToken abort)
    {
        var failures = Interlocked.Increment(ref _failures);
        metrics.StoreFailed(StoreFailure.KindOf(failure));
        var delay = backOff.Next();
        if (StoreFailure.KindOf(failure) == StoreFailureKind.Misconfigured)
        {
            Log.StoreMisconfigured(logger, StoreFailure.SqlStateOf(failure), failures, delay, failure);
        }
        else
        {
            Log.StoreFailing(logger, failures, delay, failure);
        }

        await WaitAsync(delay, closing, abort).ConfigureAwait(false);
    }

    private async Task WaitAsync(TimeSpan delay, CancellationToken closing, CancellationToken abort)
    {
        if (closing.IsCancellationRequested)
        {
            await Task.Delay(delay, time, abort).ConfigureAwait(false);
            return;
        }

        try
        {
            // In slices: somebody who waits for a commit has ten seconds, so the next attempt must not be thirty away.
            for (var rest = delay; rest > TimeSpan.Zero; rest -= CriticalPatience)
            {
                await Task.Delay(rest < CriticalPatience ? rest : CriticalPatience, time, closing).ConfigureAwait(false);
                if (queue.HasCriticalWaiting)
                {
                    break;
                }
            }
        }
        catch (OperationCanceledException) when (closing.IsCancellationRequested)
        {
            // The host is stopping: what is left of its time is for attempts, not for waiting.
            backOff.Reset();
        }
    }

    private void BeginNewStream()
    {
        var lost = _head;
        _head = ChainHead.Start(Guid.CreateVersion7(time.GetUtcNow()));
        Interlocked.Increment(ref _failures);
        metrics.StreamForked();
        Log.StreamForked(logger, lost.Stream, lost.Sequence, _head.Stream);
    }

    private static bool HasCritical(ReadOnlySpan<ChainedEvent> events)
    {
        foreach (var chained in events)
        {
            if (chained.Event.Class == AuditClass.Critical)
            {
                return true;
            }
        }

        return false;
    }
}
