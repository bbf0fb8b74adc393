namespace Pulse.Audit;

/// <summary>Gathers findings up to the limit, and remembers the worst of all.</summary>
internal sealed class FindingList
{
    private readonly List<AuditFinding> _findings = [];

    public AuditVerdict Worst { get; private set; }

    public IReadOnlyList<AuditFinding> Listed => _findings;

    public long Omitted { get; private set; }

    public void Add(AuditFinding finding)
    {
        if (finding.Verdict > Worst)
        {
            Worst = finding.Verdict;
        }

        if (_findings.Count < AuditVerification.MaxFindings)
        {
            _findings.Add(finding);
        }
        else
        {
            Omitted++;
        }
    }
}
