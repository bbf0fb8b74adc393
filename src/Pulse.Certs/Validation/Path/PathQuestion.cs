namespace Pulse.Certs;

/// <summary>One question to a <see cref="CertificatePathValidator"/>: the search, the rules and the revocation lists put together.</summary>
internal sealed class PathQuestion(
    IReadOnlyList<PathCertificate> anchors,
    IReadOnlyList<PathCertificate> pool,
    CertificatePathRequest request,
    CertificatePathOptions options,
    DateTimeOffset now,
    PathBudget budget)
{
    private readonly CertificatePathOptions _forSigners = options.ForCrlSigners();

    public CertificatePathVerdict Answer(PathCertificate leaf)
    {
        var search = new PathSearch(anchors, pool, budget, options.MaxDepth, path => Judge(path, options));
        var finding = search.Find(leaf);
        return finding.IsGood
            ? CertificatePathVerdict.Valid([.. search.Path!.Reverse().Select(static certificate => certificate.Der)], finding.Policies!)
            : CertificatePathVerdict.Refused(finding.Refusal, finding.Position);
    }

    private PathFinding Judge(IReadOnlyList<PathCertificate> path, CertificatePathOptions rules)
    {
        var finding = PathRules.Check(path, rules, now, budget);
        if (!finding.IsGood)
        {
            return finding;
        }

        var isAsked = ReferenceEquals(rules, options);
        var host = isAsked ? request.HostName : null;
        if (host is not null && !PathPurposeRules.HasHost(path[^1], host))
        {
            return PathFinding.Refused(CertificateRefusal.HostNameMismatch, 0);
        }

        if (options.Revocation == RevocationChecking.Off)
        {
            return finding;
        }

        // A CRL signer's own certificate is looked up in lists of its issuer alone: signers of signers could go round in a circle.
        var revocation = new CrlStatusRules(
            request.RevocationLists, (list, issuer) => IsSigned(list, issuer, isAsked ? path[0] : null), options, now).Check(path);
        return revocation.IsGood ? finding : revocation;
    }

    /// <summary>Whether the list is signed by the issuer itself, or by somebody the same trust anchor vouches for (RFC 5280 §6.3.3 (f), (g)).</summary>
    private bool IsSigned(CertificateRevocationList list, PathCertificate issuer, PathCertificate? anchor)
    {
        if (IsSignedBy(list, issuer))
        {
            return true;
        }

        if (anchor is null)
        {
            return false;
        }

        return IsSignedBy(list, anchor) || pool.Any(signer => !ReferenceEquals(signer, issuer) && IsSignedBy(list, signer) && IsUnder(signer, anchor));
    }

    private bool IsSignedBy(CertificateRevocationList list, PathCertificate signer)
    {
        var isNamed = signer.Parsed.Subject.Span.SequenceEqual(list.Header.Issuer.Span)
            && signer.SubjectKeyId.AsSpan().SequenceEqual(list.Header.AuthorityKeyId);
        return isNamed && PathPurposeRules.MaySignLists(signer) && budget.Verify(list, signer) == CertificateRefusal.None;
    }

    private bool IsUnder(PathCertificate signer, PathCertificate anchor) =>
        signer.FaultBelowAnchor == CertificateRefusal.None
        && new PathSearch([anchor], pool, budget, options.MaxDepth, path => Judge(path, _forSigners)).Find(signer).IsGood;
}
