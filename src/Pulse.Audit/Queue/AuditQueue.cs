using System.Threading.Channels;

namespace Pulse.Audit;

/// <summary>The bounded queue between the callers and the one loop that stores.</summary>
internal sealed class AuditQueue
{
    private readonly Channel<PendingEvent> _channel;
    private readonly QueueBudget _budget;
    private readonly DropTally _drops;
    private readonly AuditLedger _ledger;
    private readonly TimeProvider _time;
    private int _criticalWaiting;

    public AuditQueue(PulseAuditOptions options, DropTally drops, AuditLedger ledger, TimeProvider time)
    {
        _budget = new QueueBudget(options.MaxQueuedEvents, options.MaxQueuedBytes);
        _drops = drops;
        _ledger = ledger;
        _time = time;

        // Wait mode makes TryWrite say false when full; the dropping modes say true and drop.
        _channel = Channel.CreateBounded<PendingEvent>(new BoundedChannelOptions(options.MaxQueuedEvents)
        {
            FullMode = BoundedChannelFullMode.Wait,
            SingleReader = true,
            AllowSynchronousContinuations = false,
        });
    }

    public ChannelReader<PendingEvent> Reader => _channel.Reader;

    /// <summary>Events not settled yet, those of the batch in flight included.</summary>
    public int Pending => _budget.Events;

    public long PendingBytes => _budget.Bytes;

    /// <summary>Whether half of the room is taken: time to make some.</summary>
    public bool IsCrowded => _budget.IsCrowded;

    /// <summary>Whether no more events are taken.</summary>
    public bool IsClosed => _budget.IsClosed;

    /// <summary>Whether somebody waits for a commit right now.</summary>
    public bool HasCriticalWaiting => Volatile.Read(ref _criticalWaiting) > 0;

    /// <summary>Queues without waiting; what finds no room is counted as dropped.</summary>
    public bool TryEnqueue(PendingEvent pending)
    {
        _ledger.Offer(pending.Class);
        var answer = _budget.TryReserve(pending.Cost, pending.Class);
        if (answer == BudgetAnswer.Reserved && Write(pending))
        {
            return true;
        }

        _ledger.Drop(answer == BudgetAnswer.Reserved ? BudgetAnswer.Closed : answer);
        _drops.Add(pending.Class, pending.OccurredAt);
        return false;
    }

    /// <summary>Queues, waiting for room.</summary>
    /// <exception cref="AuditUnavailableException">The queue is closed.</exception>
    public async ValueTask EnqueueAsync(PendingEvent pending, CancellationToken cancellationToken)
    {
        if (await _budget.ReserveAsync(pending.Cost, pending.Class, cancellationToken).ConfigureAwait(false))
        {
            _ledger.Offer(pending.Class);
            if (Write(pending))
            {
                return;
            }

            _ledger.Withdraw(pending.Class);
        }

        throw new AuditUnavailableException("The audit writer has been stopped; the event was not recorded.");
    }

    public void BeginCriticalWait() => Interlocked.Increment(ref _criticalWaiting);

    public void EndCriticalWait() => Interlocked.Decrement(ref _criticalWaiting);

    /// <summary>Gives back the room of an event whose fate is decided.</summary>
    public void Settle(PendingEvent settled)
    {
        // A gap record is the loop's own and never took room.
        if (!settled.IsOwn)
        {
            _budget.Release(settled.Cost);
        }
    }

    /// <summary>Drops an event that was accepted before: counted and declared like one that never found room.</summary>
    public void Drop(PendingEvent accepted, BudgetAnswer reason)
    {
        Settle(accepted);
        _ledger.Drop(reason);
        _drops.Add(accepted.Class, accepted.OccurredAt);
    }

    /// <summary>Takes no more events; those already queued can still be read.</summary>
    public void Close()
    {
        _budget.Close();
        _channel.Writer.TryComplete();
    }

    /// <summary>Counts everything not settled as lost and tells those who wait. The queue must be closed.</summary>
    /// <param name="inFlight">The batch the reader could not finish; settled events in it are not lost.</param>
    public void Abandon(IEnumerable<PendingEvent> inFlight)
    {
        _ledger.Lose(_budget.Clear());
        var stopped = new AuditUnavailableException("The audit writer was stopped before the event was committed.");
        foreach (var pending in inFlight)
        {
            _ledger.LoseCoalesced(pending.Repeats);
            pending.Tell(stopped);
        }

        while (_channel.Reader.TryRead(out var queued))
        {
            queued.Tell(stopped);
        }
    }

    // The budget never admits more events than the channel holds, so a refusal means that it was closed in between.
    private bool Write(PendingEvent pending)
    {
        pending.EnqueuedAt = _time.GetTimestamp();
        if (_channel.Writer.TryWrite(pending))
        {
            return true;
        }

        _budget.Release(pending.Cost);
        return false;
    }
}
