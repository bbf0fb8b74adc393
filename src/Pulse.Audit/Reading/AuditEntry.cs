using System.Text;

namespace Pulse.Audit;

/// <summary>An event as it is stored.</summary>
public sealed record AuditEntry
{
    /// <summary>When it happened, in UTC, to the microsecond.</summary>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>Its id, as in the receipt of whoever wrote it.</summary>
    public required Guid EventId { get; init; }

    /// <summary>The chain it is part of.</summary>
    public required Guid Stream { get; init; }

    /// <summary>Its place in that chain, from 1.</summary>
    public required long Sequence { get; init; }

    /// <summary>Its delivery class.</summary>
    public required AuditClass Class { get; init; }

    /// <summary>What happened.</summary>
    public required string Type { get; init; }

    /// <summary>How it ended.</summary>
    public required AuditOutcome Outcome { get; init; }

    /// <summary>The tenant it is about; null for the platform's own.</summary>
    public string? TenantId { get; init; }

    /// <summary>Who did it.</summary>
    public string? Actor { get; init; }

    /// <summary>On whose behalf.</summary>
    public string? OnBehalfOf { get; init; }

    /// <summary>Why, or why not.</summary>
    public string? Reason { get; init; }

    /// <summary>The network address of the caller.</summary>
    public string? Peer { get; init; }

    /// <summary>The W3C trace id.</summary>
    public string? TraceId { get; init; }

    /// <summary>The canonical record that was hashed, as UTF-8 JSON: all of the above and the fields.</summary>
    public required ReadOnlyMemory<byte> Record { get; init; }

    /// <summary>The hash that chains it to its predecessor and its successor to it.</summary>
    public required ReadOnlyMemory<byte> Hash { get; init; }

    /// <summary>Its id and type; no personal data.</summary>
    public override string ToString() => $"{Type} {EventId:D}";

    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append(ToString());
        return true;
    }
}
