namespace Pulse.Audit;

/// <summary>What a verification found.</summary>
/// <param name="Verdict">The worst of the findings.</param>
/// <param name="Findings">What was found, in the order it was met; the first <see cref="MaxFindings"/>.</param>
/// <param name="Omitted">How many more there were.</param>
/// <param name="Events">How many events were read.</param>
/// <param name="TreeSize">How many events the log says are sealed.</param>
/// <param name="Checkpoints">How many roots were computed and compared with a signed one.</param>
public sealed record AuditVerification(
    AuditVerdict Verdict, IReadOnlyList<AuditFinding> Findings, long Omitted, long Events, long TreeSize, long Checkpoints)
{
    /// <summary>Most findings that are listed.</summary>
    public const int MaxFindings = 1_000;
}
