using Microsoft.Extensions.Logging;

namespace Pulse.Audit;

/// <summary>The batch that goes from the queue to the database without a stop; what of it waits too long goes to the disk.</summary>
internal sealed class DirectBatch(AuditQueue queue, Overflow overflow, AuditLedger ledger, ILogger<AuditLoop> logger) : IBatchOwner
{
    private ReadOnlyMemory<ChainedEvent> _rest;
    private PendingEvent? _oldest;

    /// <summary>Not settled yet.</summary>
    public ReadOnlyMemory<ChainedEvent> Rest
    {
        get => _rest;
        private set
        {
            _rest = value;
            Volatile.Write(ref _oldest, value.Length > 0 ? value.Span[0].Event : null);
        }
    }

    /// <summary>The first of the rest; null when there is none. May be asked from anywhere.</summary>
    public PendingEvent? Oldest => Volatile.Read(ref _oldest);

    public bool IsOvertaken { get; private set; }

    public void Begin(ChainedEvent[] batch)
    {
        Rest = batch;
        IsOvertaken = false;
    }

    public bool IsWatching => overflow.IsEnabled;

    public bool GivesUpCopy => false;

    public void Look() => overflow.RelieveIfDue(this);

    public void Settle(ReadOnlySpan<ChainedEvent> events, string? refusal)
    {
        // Stored after all, and on the disk as well: replaying finds it stored.
        if (IsOvertaken)
        {
            return;
        }

        Rest = Rest[events.Length..];
        foreach (var chained in events)
        {
            Record(chained, refusal, ledger, logger);
            queue.Settle(chained.Event);
            if (refusal is null)
            {
                chained.Event.Tell(AuditDurability.Committed);
            }
            else
            {
                chained.Event.Tell(new AuditUnavailableException(
                    $"The database refused the audit event with SQLSTATE {refusal}; it is kept in pulse_audit.quarantine."));
            }
        }
    }

    /// <summary>The rest of the batch is on the disk.</summary>
    public void Overtake()
    {
        IsOvertaken = true;
        Rest = default;
    }

    internal static void Record(ChainedEvent chained, string? refusal, AuditLedger ledger, ILogger logger)
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
            Log.EventsDropped(logger, chained.Event.GapCount.Value, chained.Event.Id);
        }
    }
}
