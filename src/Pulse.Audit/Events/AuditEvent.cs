using System.Net;

namespace Pulse.Audit;

/// <summary>
/// What happened, as the caller tells it. Misuse is refused while the event is built, so writing it cannot fail over its
/// content: hostile or oversized text is escaped and cut, never refused. The time and the id are stamped by the writer.
/// </summary>
public sealed class AuditEvent
{
    /// <summary>Most fields an event may carry.</summary>
    public const int MaxFields = 64;

    /// <summary>What happened, as a constant of the program: 1 to 100 characters of a-z, 0-9, <c>.</c>, <c>_</c> and <c>-</c>.</summary>
    /// <exception cref="ArgumentException">The value breaks that rule.</exception>
    public required string Type { get; init => field = AuditName.Type(value); }

    /// <summary>What is paid so that the event is not lost.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is no member of <see cref="AuditClass"/>.</exception>
    public required AuditClass Class
    {
        get;
        init => field = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(value));
    }

    /// <summary>How the operation ended.</summary>
    /// <value>Default: <see cref="AuditOutcome.Unknown"/>.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is no member of <see cref="AuditOutcome"/>.</exception>
    public AuditOutcome Outcome
    {
        get;
        init => field = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(value));
    }

    /// <summary>The tenant the event is about; null for the platform's own events, which no tenant sees.</summary>
    /// <remarks>A text that is no tenant identifier is recorded as given and is visible to no tenant.</remarks>
    public string? TenantId { get; init; }

    /// <summary>Who did it: an authenticated subject. Personal data.</summary>
    public string? Actor { get; init; }

    /// <summary>On whose behalf, when the actor stood in for somebody. Personal data.</summary>
    public string? OnBehalfOf { get; init; }

    /// <summary>A reason code, or the reason a person gave.</summary>
    public string? Reason { get; init; }

    /// <summary>
    /// The network address of the caller, taken after forwarded headers were judged. An IPv6 zone is dropped and an
    /// IPv4-mapped address is recorded as IPv4. Personal data.
    /// </summary>
    public IPAddress? Peer { get; init; }

    /// <summary>The W3C trace id.</summary>
    /// <value>Default: that of <see cref="System.Diagnostics.Activity.Current"/> when the event is written.</value>
    public string? TraceId { get; init; }

    /// <summary>Whether the tenant may read the event.</summary>
    /// <value>Default: true. Without effect on an event that has no tenant.</value>
    public bool VisibleToTenant { get; init; } = true;

    /// <summary>Further values, in the order given; copied when set.</summary>
    /// <value>Default: none.</value>
    /// <exception cref="ArgumentException">More than <see cref="MaxFields"/>, a default field, or one name twice.</exception>
    public IReadOnlyList<AuditField> Fields { get; init => field = Checked(value); } = [];

    private static AuditField[] Checked(IReadOnlyList<AuditField> fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        if (fields.Count > MaxFields)
        {
            throw new ArgumentException($"An event carries at most {MaxFields} fields.", nameof(fields));
        }

        AuditField[] copy = [.. fields];
        var names = new HashSet<string>(copy.Length, StringComparer.Ordinal);
        foreach (var field in copy)
        {
            if (field.Name is null)
            {
                throw new ArgumentException("default(AuditField) is no field: use AuditField.Public or AuditField.Personal.", nameof(fields));
            }

            if (!names.Add(field.Name))
            {
                throw new ArgumentException($"The field \"{field.Name}\" is given twice.", nameof(fields));
            }
        }

        return copy;
    }
}
