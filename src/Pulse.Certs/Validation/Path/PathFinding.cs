namespace Pulse.Certs;

/// <summary>What became of one path.</summary>
internal readonly record struct PathFinding(CertificateRefusal Refusal, int Position, IReadOnlySet<string>? Policies)
{
    public static PathFinding Refused(CertificateRefusal refusal, int position) => new(refusal, position, null);

    public bool IsGood => Refusal == CertificateRefusal.None;
}
