namespace Pulse.Audit;

/// <summary>One thing that was found.</summary>
/// <param name="Verdict">How bad it is.</param>
/// <param name="Reason">What it is.</param>
/// <param name="Stream">The stream it is about; null when it is about the sealed log.</param>
/// <param name="Sequence">The first place in that stream it is about.</param>
/// <param name="Index">The first place in the sealed log, or the size of the tree, it is about.</param>
/// <param name="Count">How many events; zero where that is no question.</param>
public sealed record AuditFinding(
    AuditVerdict Verdict, AuditFindingReason Reason, Guid? Stream = null, long? Sequence = null, long? Index = null, long Count = 0);
