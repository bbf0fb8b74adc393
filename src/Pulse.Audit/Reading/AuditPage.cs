namespace Pulse.Audit;

/// <summary>A part of the trail.</summary>
/// <param name="Entries">The events, in the order asked for.</param>
/// <param name="Next">Where the next page begins: an opaque text, safe in a URL. Null when there is none.</param>
public sealed record AuditPage(IReadOnlyList<AuditEntry> Entries, string? Next);
