using System.Globalization;

namespace Pulse.Audit;

/// <summary>Events alike that are counted instead of stored, and the record that tells of them.</summary>
internal sealed class Flood(string type, FloodKey key)
{
    public const string EventType = "audit.repeated";

    /// <summary>The id of the record, which the callers of the counted events are given.</summary>
    public Guid Id { get; private set; }

    /// <summary>How many are counted.</summary>
    public long Count { get; private set; }

    /// <summary>When the first was counted: the time of the record.</summary>
    public DateTimeOffset First { get; private set; }

    public DateTimeOffset Last { get; private set; }

    /// <summary>How many of them went their own way before.</summary>
    public int Whole { get; set; }

    public void Add(DateTimeOffset at)
    {
        if (Count == 0)
        {
            Id = Guid.CreateVersion7(at);
            First = at;
        }

        Count++;
        Last = at;
    }

    /// <summary>Class Security whatever the events were: the number must not be dropped.</summary>
    public AuditEvent ToEvent() => new()
    {
        Type = EventType,
        Class = AuditClass.Security,
        Outcome = key.Outcome,
        TenantId = key.TenantId,
        VisibleToTenant = key.VisibleToTenant,
        Peer = key.Peer,
        Reason = key.IsOthers ? "many_peers" : "one_peer",
        Fields =
        [
            AuditField.Public("of_type", type),
            AuditField.Public("of_class", CanonicalNames.Of(key.Class)),
            AuditField.Public("count", Count),
            AuditField.Public("first_at", First.ToString(CanonicalNames.TimeFormat, CultureInfo.InvariantCulture)),
            AuditField.Public("last_at", Last.ToString(CanonicalNames.TimeFormat, CultureInfo.InvariantCulture)),
        ],
    };
}
