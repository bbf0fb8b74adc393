using System.Globalization;

namespace Pulse.Audit;

/// <summary>A run of dropped events.</summary>
internal sealed record Gap(long Count, DateTimeOffset First, DateTimeOffset Last)
{
    public const string EventType = "audit.gap";

    /// <summary>The event that tells of the gap; it is chained like any other.</summary>
    public AuditEvent ToEvent() => new()
    {
        Type = EventType,
        Class = AuditClass.Security,
        Outcome = AuditOutcome.Failure,
        Reason = "queue_full",
        Fields =
        [
            AuditField.Public("count", Count),
            AuditField.Public("first_at", First.ToString("O", CultureInfo.InvariantCulture)),
            AuditField.Public("last_at", Last.ToString("O", CultureInfo.InvariantCulture)),
        ],
    };
}
