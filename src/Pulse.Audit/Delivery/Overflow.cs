namespace Pulse.Audit;

/// <summary>
/// Moves events from memory to the disk when the database does not take them in time: after a failed attempt, when the oldest
/// has waited too long, when half of the queue's room is taken, when somebody waits for durability. Does nothing without a
/// spill folder. Called by the one loop alone, so places in the chain are given in one order.
/// </summary>
internal sealed class Overflow(
    Spill? spill,
    AuditQueue queue,
    BatchCollector collector,
    ChainCursor chain,
    AuditLedger ledger,
    AuditMetrics metrics,
    PulseAuditOptions options,
    TimeProvider time,
    Func<TimeSpan> oldestAge,
    Func<bool> isFailing)
{
    /// <summary>How often the loop looks up while an attempt or a pause takes its time; who writes meanwhile shares one fsync.</summary>
    public static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    /// <summary>After the disk refused, until it is asked again.</summary>
    public static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    private long? _refusedAt;
    private bool _isRefused;

    /// <summary>Whether the last thing the disk was asked was refused.</summary>
    public bool IsRefused => Volatile.Read(ref _isRefused);

    public bool HasBacklog => spill is not null && spill.HasBacklog;

    public bool IsEnabled => spill is not null;

    public void RelieveIfDue(DirectBatch? inFlight)
    {
        if (IsDue())
        {
            Relieve(inFlight);
        }
    }

    /// <summary>Moves everything in memory to the disk.</summary>
    /// <returns>False when something had to stay.</returns>
    public bool Relieve(DirectBatch? inFlight)
    {
        if (spill is null)
        {
            return false;
        }

        // First what has its place already: the disk holds the chain in order.
        if (inFlight is { Rest.Length: > 0 })
        {
            var rest = inFlight.Rest.ToArray();
            if (!Append(rest))
            {
                return false;
            }

            inFlight.Overtake();
        }

        while (Next() is { Count: > 0 } batch)
        {
            var chained = chain.Assign(batch);
            if (!Append(chained))
            {
                chain.GiveBack(chained[0]);
                collector.Return();
                return false;
            }

            collector.Accept();
        }

        return true;
    }

    private IReadOnlyList<PendingEvent> Next()
    {
        while (true)
        {
            var batch = collector.CollectReady();
            if (spill!.Bytes < options.SpillMaxBytes / 2)
            {
                return batch;
            }

            PendingEvent[] kept = [.. batch.Where(pending => pending.Class != AuditClass.Access)];
            foreach (var access in batch.Where(pending => pending.Class == AuditClass.Access))
            {
                queue.Drop(access, BudgetAnswer.SpillShare);
            }

            if (kept.Length == batch.Count)
            {
                return batch;
            }

            // The drops just made are told of in the same batch.
            collector.Keep(kept);
            collector.Return();
        }
    }

    private bool Append(ChainedEvent[] group)
    {
        var answer = spill!.Append(group);
        Volatile.Write(ref _isRefused, answer != SpillAnswer.Kept);
        if (answer != SpillAnswer.Kept)
        {
            _refusedAt = time.GetTimestamp();
            metrics.SpillFailed(answer == SpillAnswer.Full ? SpillFault.Full : SpillFault.Write);
            return false;
        }

        _refusedAt = null;
        foreach (var chained in group)
        {
            queue.Settle(chained.Event);
            ledger.Spill(chained.Event);
            chained.Event.Tell(AuditDurability.Spilled);
        }

        return true;
    }

    private bool IsDue()
    {
        var isResting = _refusedAt is not null && time.GetElapsedTime(_refusedAt.Value) < Rest;
        if (queue.Pending == 0 || isResting)
        {
            return false;
        }

        var failing = isFailing();

        // A short backlog is stored sooner than it is worth another fsync; waiting for it is how the way past the disk opens again.
        var isBehind = spill!.Bytes > options.SpillSegmentBytes;
        if (queue.IsCrowded || (queue.HasCriticalWaiting && (failing || isBehind)))
        {
            return true;
        }

        return oldestAge() >= (failing ? options.Linger : options.SpillAfter);
    }
}
