namespace Pulse.Audit;

/// <summary>
/// Where every event has gone that a caller offered or an earlier process left in the spill. At rest: offered + recovered =
/// stored + quarantined + pending + spilled + dropped + coalesced + damaged + lost. Gap
/// records of the chain declare every dropped one, records of floods every coalesced one.
/// </summary>
internal sealed class AuditLedger
{
    private readonly long[] _offered = new long[3];
    private long _droppedForEvents;
    private long _droppedForBytes;
    private long _droppedClosed;
    private long _droppedForSpill;
    private long _recovered;
    private long _spilled;
    private long _damaged;
    private long _stored;
    private long _quarantined;
    private long _declared;
    private long _lost;
    private long _coalesced;

    public long Offered => OfferedOf(AuditClass.Access) + OfferedOf(AuditClass.Security) + OfferedOf(AuditClass.Critical);

    public long Stored => Volatile.Read(ref _stored);

    public long Quarantined => Volatile.Read(ref _quarantined);

    public long Lost => Volatile.Read(ref _lost);

    /// <summary>Events that were counted instead of stored, each by one record of a flood.</summary>
    public long Coalesced => Volatile.Read(ref _coalesced);

    /// <summary>Events found in the spill at the start.</summary>
    public long Recovered => Volatile.Read(ref _recovered);

    /// <summary>Events on the disk and not stored yet.</summary>
    public long Spilled => Volatile.Read(ref _spilled);

    /// <summary>Events that were on the disk and could not be read again.</summary>
    public long Damaged => Volatile.Read(ref _damaged);

    /// <summary>Dropped events that gap records have told of.</summary>
    public long Declared => Volatile.Read(ref _declared);

    public long Dropped => DroppedFor(BudgetAnswer.TooManyEvents) + DroppedFor(BudgetAnswer.TooManyBytes)
        + DroppedFor(BudgetAnswer.Closed) + DroppedFor(BudgetAnswer.SpillShare);

    public long OfferedOf(AuditClass auditClass) => Volatile.Read(ref _offered[(int)auditClass]);

    public long DroppedFor(BudgetAnswer reason) => Volatile.Read(ref DropCounter(reason));

    public void Offer(AuditClass auditClass) => Interlocked.Increment(ref _offered[(int)auditClass]);

    /// <summary>Takes back an offer that was refused to the caller's face, so that it is the caller's again.</summary>
    public void Withdraw(AuditClass auditClass) => Interlocked.Decrement(ref _offered[(int)auditClass]);

    public void Drop(BudgetAnswer reason) => Interlocked.Increment(ref DropCounter(reason));

    public void Store(PendingEvent settled) => Count(settled, ref _stored);

    public void Quarantine(PendingEvent settled) => Count(settled, ref _quarantined);

    public void Recover(long events)
    {
        Interlocked.Add(ref _recovered, events);
        Interlocked.Add(ref _spilled, events);
    }

    public void Spill(PendingEvent kept) => Interlocked.Add(ref _spilled, kept.IsOwn ? 0 : 1);

    /// <summary>The event left the spill: it is stored or quarantined.</summary>
    public void Unspill(PendingEvent settled) => Interlocked.Add(ref _spilled, settled.IsOwn ? 0 : -1);

    public void Damage(long events)
    {
        Interlocked.Add(ref _spilled, -events);
        Interlocked.Add(ref _damaged, events);
    }

    public void Coalesce() => Interlocked.Increment(ref _coalesced);

    public void Lose(long events) => Interlocked.Add(ref _lost, events);

    /// <summary>The record that was to tell of coalesced events is lost, and they with it.</summary>
    public void LoseCoalesced(long events)
    {
        Interlocked.Add(ref _coalesced, -events);
        Lose(events);
    }

    private void Count(PendingEvent settled, ref long counter)
    {
        if (settled.GapCount is { } declared)
        {
            Interlocked.Add(ref _declared, declared);
            return;
        }

        Interlocked.Increment(ref counter);
    }

    private ref long DropCounter(BudgetAnswer reason)
    {
        switch (reason)
        {
            case BudgetAnswer.TooManyEvents:
                return ref _droppedForEvents;
            case BudgetAnswer.TooManyBytes:
                return ref _droppedForBytes;
            case BudgetAnswer.SpillShare:
                return ref _droppedForSpill;
            default:
                return ref _droppedClosed;
        }
    }
}
