using Microsoft.Extensions.Logging;

namespace Pulse.Audit;

/// <summary>
/// Stores chained events, in order and one attempt at a time: tries again for ever when the server cannot, finds the row that
/// the server refuses by halving. It never sees a caller's cancellation; only <c>abort</c> ends it before its time.
/// </summary>
internal sealed class ChainDelivery(
    AuditQueue queue, IAuditStore store, AuditMetrics metrics, PulseAuditOptions options, BackOff backOff, TimeProvider time, ILogger<AuditLoop> logger)
{
    private static readonly TimeSpan CriticalPatience = TimeSpan.FromSeconds(1);

    private CancellationToken _closing;
    private CancellationToken _abort;
    private int _failures;

    /// <summary>Attempts that failed since the last one that succeeded.</summary>
    public int Failures => Volatile.Read(ref _failures);

    /// <summary>Whether the database has had its last chance: stopping has begun, and it did not answer since.</summary>
    public bool HasFailedWhileClosing { get; private set; }

    public void Begin(CancellationToken closing, CancellationToken abort) => (_closing, _abort) = (closing, abort);

    public async Task<DeliveryEnd> DeliverAsync(ReadOnlyMemory<ChainedEvent> events, IBatchOwner owner)
    {
        while (!owner.IsOvertaken)
        {
            var refusal = StoreFailure.DuplicateEvent;
            try
            {
                var result = await AttemptAsync(token => store.AppendAsync(events, owner.GivesUpCopy || HasCritical(events.Span), token), owner, events.Length).ConfigureAwait(false);
                if (result != StoreResult.Duplicate)
                {
                    return Conclude(events.Span, result, refusal: null, owner);
                }
            }
            catch (Exception failure) when (!_abort.IsCancellationRequested && StoreFailure.KindOf(failure) == StoreFailureKind.Refused)
            {
                metrics.StoreFailed(StoreFailureKind.Refused);
                refusal = StoreFailure.SqlStateOf(failure)!;
            }
            catch (Exception failure) when (!_abort.IsCancellationRequested)
            {
                // The loop must outlive whatever a store throws: it is logged, counted and tried again.
                await PauseAsync(failure, owner).ConfigureAwait(false);
                continue;
            }

            if (events.Length == 1)
            {
                return await QuarantineAsync(events, refusal, owner).ConfigureAwait(false);
            }

            var half = events.Length / 2;
            var first = await DeliverAsync(events[..half], owner).ConfigureAwait(false);
            return first == DeliveryEnd.Complete ? await DeliverAsync(events[half..], owner).ConfigureAwait(false) : first;
        }

        return DeliveryEnd.Overtaken;
    }

    /// <summary>Asks where a stream stands in the database, again and again until it answers.</summary>
    /// <returns>Null when the owner wants it no longer.</returns>
    public async Task<ChainHead?> FindHeadAsync(Guid stream, IBatchOwner owner)
    {
        while (!owner.IsOvertaken)
        {
            try
            {
                var head = await AttemptAsync(token => store.FindHeadAsync(stream, token), owner, events: 0).ConfigureAwait(false);
                Recover();
                return head ?? ChainHead.Start(stream);
            }
            catch (Exception failure) when (!_abort.IsCancellationRequested)
            {
                // As above.
                await PauseAsync(failure, owner).ConfigureAwait(false);
            }
        }

        return null;
    }

    /// <summary>A head that nobody lets us move must not turn into streams without end.</summary>
    public async Task PauseForForkAsync(IBatchOwner owner)
    {
        Interlocked.Increment(ref _failures);
        await WaitAsync(backOff.Next(), owner).ConfigureAwait(false);
    }

    private async Task<DeliveryEnd> QuarantineAsync(ReadOnlyMemory<ChainedEvent> single, string sqlState, IBatchOwner owner)
    {
        var refused = single.Span[0];
        while (!owner.IsOvertaken)
        {
            try
            {
                var result = await AttemptAsync(token => store.QuarantineAsync(refused, sqlState, token), owner, 1).ConfigureAwait(false);
                return Conclude(single.Span, result, sqlState, owner);
            }
            catch (Exception failure) when (!_abort.IsCancellationRequested)
            {
                // As above: the event stays ours until its place in the chain is written.
                await PauseAsync(failure, owner).ConfigureAwait(false);
            }
        }

        return DeliveryEnd.Overtaken;
    }

    private async Task<T> AttemptAsync<T>(Func<CancellationToken, Task<T>> attempt, IBatchOwner owner, int events)
    {
        using var limit = new CancellationTokenSource(options.StoreTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _abort);
        var started = time.GetTimestamp();
        var pending = attempt(either.Token);
        await WatchAsync(pending, owner).ConfigureAwait(false);
        var result = await pending.ConfigureAwait(false);
        if (events > 0)
        {
            metrics.Flushed(time.GetElapsedTime(started), events);
        }

        return result;
    }

    private DeliveryEnd Conclude(ReadOnlySpan<ChainedEvent> events, StoreResult result, string? refusal, IBatchOwner owner)
    {
        if (result == StoreResult.HeadMoved)
        {
            return DeliveryEnd.HeadMoved;
        }

        Recover();
        owner.Settle(events, refusal);
        return DeliveryEnd.Complete;
    }

    private void Recover()
    {
        backOff.Reset();
        var failures = Interlocked.Exchange(ref _failures, 0);
        if (failures > 0)
        {
            Log.StoreRecovered(logger, failures);
        }
    }

    private async Task PauseAsync(Exception failure, IBatchOwner owner)
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

        HasFailedWhileClosing |= _closing.IsCancellationRequested;
        if (!owner.IsOvertaken)
        {
            await WaitAsync(delay, owner).ConfigureAwait(false);
        }
    }

    private async Task WaitAsync(TimeSpan delay, IBatchOwner owner)
    {
        if (_closing.IsCancellationRequested)
        {
            await SleepAsync(delay, owner, _abort).ConfigureAwait(false);
            return;
        }

        try
        {
            // In slices: somebody who waits for a commit has ten seconds, so the next attempt must not be thirty away.
            for (var rest = delay; rest > TimeSpan.Zero; rest -= CriticalPatience)
            {
                await SleepAsync(rest < CriticalPatience ? rest : CriticalPatience, owner, _closing).ConfigureAwait(false);
                if (queue.HasCriticalWaiting)
                {
                    break;
                }
            }
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            // The host is stopping: what is left of its time is for attempts, not for waiting.
            backOff.Reset();
        }
    }

    private async Task SleepAsync(TimeSpan delay, IBatchOwner owner, CancellationToken end)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(end);
        var sleep = Task.Delay(delay, time, enough.Token);
        if (await WatchAsync(sleep, owner).ConfigureAwait(false))
        {
            await sleep.ConfigureAwait(false);
            return;
        }

        await enough.CancelAsync().ConfigureAwait(false);
    }

    /// <summary>Lets the owner look up now and then until the attempt or the pause has ended.</summary>
    /// <returns>False when it need not end any more: stopping, and what it is for is safe elsewhere.</returns>
    private async Task<bool> WatchAsync(Task pending, IBatchOwner owner)
    {
        while (owner.IsWatching && !pending.IsCompleted)
        {
            owner.Look();
            if (_closing.IsCancellationRequested && owner.IsOvertaken)
            {
                return false;
            }

            using var enough = new CancellationTokenSource();
            await Task.WhenAny(pending, Task.Delay(Overflow.Tick, time, enough.Token)).ConfigureAwait(false);
            await enough.CancelAsync().ConfigureAwait(false);
        }

        // Whoever asked looks at how it ended.
        await Task.WhenAny(pending).ConfigureAwait(false);
        return true;
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
