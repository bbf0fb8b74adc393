namespace Pulse.Audit;

/// <summary>
/// Where every event a caller offered has gone. At rest: offered = stored + quarantined + pending + dropped + lost, and every
/// dropped event is declared by a gap record of the chain.
/// </summary>
internal sealed class AuditLedger
{
    private readonly long[] _offered = new long[3];
    private long _droppedForEvents;
    private long _droppedForBytes;
    private long _droppedClosed;
    private long _stored;
    private long _quarantined;
    private long _declared;
    private long _lost;

    public long Offered => OfferedOf(AuditClass.Access) + OfferedOf(AuditClass.Security) + OfferedOf(AuditClass.Critical);

    public long Stored => Volatile.Read(ref _stored);

    public long Quarantined => Volatile.Read(ref _quarantined);

    public long Lost => Volatile.Read(ref _lost);

    /// <summary>Dropped events that gap records have told of.</summary>
    public long Declared => Volatile.Read(ref _declared);

    public long Dropped => DroppedFor(BudgetAnswer.TooManyEvents) + DroppedFor(BudgetAnswer.TooManyBytes) + DroppedFor(BudgetAnswer.Closed);

    public long OfferedOf(AuditClass auditClass) => Volatile.Read(ref _offered[(int)auditClass]);

    public long DroppedFor(BudgetAnswer reason) => Volatile.Read(ref DropCounter(reason));

    public void Offer(AuditClass auditClass) => Interlocked.Increment(ref _offered[(int)auditClass]);

    /// <summary>Takes back an offer that was refused to the caller's face, so that it is the caller's again.</summary>
    public void Withdraw(AuditClass auditClass) => Interlocked.Decrement(ref _offered[(int)auditClass]);

    public void Drop(BudgetAnswer reason) => Interlocked.Increment(ref DropCounter(reason));

    public void Store(PendingEvent settled) => Count(settled, ref _stored);

    public void Quarantine(PendingEvent settled) => Count(settled, ref _quarantined);

    public void Lose(long events) => Interlocked.Add(ref _lost, events);

    private void Count(PendingEvent settled, ref long counter)
    {
        if (settled.GapCount > 0)
        {
            Interlocked.Add(ref _declared, settled.GapCount);
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
            default:
                return ref _droppedClosed;
        }
    }
}
