namespace Pulse.Certs;

/// <summary>
/// Finds a path from a certificate up to a trust anchor: depth first, each signature verified before the search goes on through it, so
/// that certificates nobody signed lead nowhere.
/// </summary>
internal sealed class PathSearch(
    IReadOnlyList<PathCertificate> anchors, IReadOnlyList<PathCertificate> pool, PathBudget budget, int maxDepth, Func<IReadOnlyList<PathCertificate>, PathFinding> judge)
{
    /// <summary>Self-issued certificates in one path: a key changes now and then, not over and over.</summary>
    private const int MaxSelfIssued = 4;

    private readonly List<PathCertificate> _chain = [];
    private PathFinding _best = PathFinding.Refused(CertificateRefusal.IssuerUnknown, 0);
    private int _bestRank;

    /// <summary>The path found, the anchor first; null when there is none.</summary>
    public IReadOnlyList<PathCertificate>? Path { get; private set; }

    public PathFinding Find(PathCertificate leaf)
    {
        _chain.Add(leaf);
        Extend(depth: 0);
        if (Path is null && budget.IsExhausted)
        {
            return PathFinding.Refused(CertificateRefusal.LimitExceeded, 0);
        }

        return _best;
    }

    private void Extend(int depth)
    {
        var last = _chain[^1];
        foreach (var anchor in anchors)
        {
            if (CanSign(last, anchor, anchor.Fault))
            {
                Judge(anchor);
            }

            if (IsOver)
            {
                return;
            }
        }

        foreach (var issuer in pool)
        {
            if (IsLoop(issuer) || !CanSign(last, issuer, issuer.FaultBelowAnchor))
            {
                continue;
            }

            Descend(issuer, depth + (issuer.IsSelfIssued ? 0 : 1));
            if (IsOver)
            {
                return;
            }
        }
    }

    private bool IsOver => Path is not null || budget.IsExhausted;

    private void Descend(PathCertificate issuer, int depth)
    {
        if (depth > maxDepth || _chain.Count > maxDepth + MaxSelfIssued)
        {
            Remember(PathFinding.Refused(CertificateRefusal.PathTooLong, _chain.Count), rank: 1);
            return;
        }

        _chain.Add(issuer);
        Extend(depth);
        _chain.RemoveAt(_chain.Count - 1);
    }

    private bool CanSign(PathCertificate certificate, PathCertificate issuer, CertificateRefusal fault)
    {
        if (!certificate.NamesAsIssuer(issuer) || !budget.TryStep())
        {
            return false;
        }

        var refusal = fault == CertificateRefusal.None ? CertificateRules.CheckAuthority(issuer.Basic, issuer.Usage) : fault;
        if (refusal != CertificateRefusal.None)
        {
            Remember(PathFinding.Refused(refusal, _chain.Count), rank: 1);
            return false;
        }

        refusal = budget.Verify(certificate, issuer);
        if (refusal != CertificateRefusal.None)
        {
            Remember(PathFinding.Refused(refusal, _chain.Count - (refusal == CertificateRefusal.KeyNotAllowed ? 0 : 1)), rank: 1);
        }

        return refusal == CertificateRefusal.None;
    }

    private void Judge(PathCertificate anchor)
    {
        if (!budget.TryPath())
        {
            return;
        }

        List<PathCertificate> path = [anchor, .. Enumerable.Reverse(_chain)];
        var finding = judge(path);
        Remember(finding, rank: 2);
        if (finding.IsGood)
        {
            Path = path;
            _best = finding;
        }
    }

    /// <summary>A name with a key that is in the chain already would only lead back to where it stood (RFC 4158 §2.4.2).</summary>
    private bool IsLoop(PathCertificate issuer) => _chain.Exists(other =>
        other.Parsed.Subject.Span.SequenceEqual(issuer.Parsed.Subject.Span)
        && other.Parsed.SubjectPublicKeyInfo.Span.SequenceEqual(issuer.Parsed.SubjectPublicKeyInfo.Span));

    /// <summary>The first reason against what came furthest: a whole path before a broken one, a broken one before none.</summary>
    private void Remember(PathFinding finding, int rank)
    {
        if (rank > _bestRank)
        {
            _best = finding;
            _bestRank = rank;
        }
    }
}
