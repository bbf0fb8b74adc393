using System.Globalization;

namespace Pulse.Audit;

/// <summary>A run of events that are not in the trail.</summary>
/// <param name="Reason">Why: <see cref="QueueFull"/> or <see cref="SpillLost"/>.</param>
/// <param name="Count">How many.</param>
/// <param name="Security">How many of them were of class Security, as far as is known.</param>
/// <param name="First">When the first was noticed.</param>
/// <param name="Last">When the last was noticed.</param>
internal sealed record Gap(string Reason, long Count, long Security, DateTimeOffset First, DateTimeOffset Last)
{
    public const string EventType = "audit.gap";
    public const string QueueFull = "queue_full";
    public const string SpillLost = "spill_lost";

    /// <summary>How many dropped events of the ledger the gap declares.</summary>
    public long Declares => Reason == QueueFull ? Count : 0;

    /// <summary>The event that tells of the gap; it is chained like any other.</summary>
    public AuditEvent ToEvent() => new()
    {
        Type = EventType,
        Class = AuditClass.Security,
        Outcome = AuditOutcome.Failure,
        Reason = Reason,
        Fields =
        [
            AuditField.Public("count", Count),
            AuditField.Public("security", Security),
            AuditField.Public("first_at", First.ToString("O", CultureInfo.InvariantCulture)),
            AuditField.Public("last_at", Last.ToString("O", CultureInfo.InvariantCulture)),
        ],
    };
}
