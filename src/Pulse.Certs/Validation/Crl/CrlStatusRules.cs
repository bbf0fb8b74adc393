namespace Pulse.Certs;

/// <summary>RFC 5280 §6.3 over the CRLs at hand: whether the certificates of a path are revoked. Nothing is fetched.</summary>
/// <param name="lists">The CRLs, of any issuers.</param>
/// <param name="signers">Finds out whether a list is signed by somebody entitled to, for a certificate of this issuer.</param>
/// <param name="options">How old a list may be, and whether one is needed.</param>
/// <param name="now">When.</param>
internal sealed class CrlStatusRules(
    IReadOnlyList<CertificateRevocationList> lists, Func<CertificateRevocationList, PathCertificate, bool> signers, CertificatePathOptions options, DateTimeOffset now)
{
    /// <param name="path">A good path, the trust anchor first.</param>
    public PathFinding Check(IReadOnlyList<PathCertificate> path)
    {
        for (var i = 1; i < path.Count; i++)
        {
            var refusal = Check(path[i], path[i - 1]);
            if (refusal != CertificateRefusal.None)
            {
                return PathFinding.Refused(refusal, path.Count - 1 - i);
            }
        }

        return default;
    }

    private CertificateRefusal Check(PathCertificate certificate, PathCertificate issuer)
    {
        // RFC 5280 §6.3.3: the points the certificate names, and the one it need not name, its issuer's own complete list.
        IEnumerable<DistributionPoint> points = [.. certificate.DistributionPoints, DistributionPoint.OfIssuer(certificate.Parsed.Issuer)];
        if (options.Revocation == RevocationChecking.IfPresent && !lists.Any(list => points.Any(point => IsFrom(list, point, certificate))))
        {
            return CertificateRefusal.None;
        }

        var known = RevocationReasons.None;
        var refusal = CertificateRefusal.RevocationUnknown;
        foreach (var point in points)
        {
            var newest = FindNewest(certificate, issuer, point);
            foreach (var list in newest)
            {
                var status = Ask(list, certificate, issuer);
                if (status == CertificateRefusal.Revoked)
                {
                    return status;
                }

                refusal = status == CertificateRefusal.None ? refusal : status;
                known |= status == CertificateRefusal.None ? point.Reasons & list.Header.Scope.Reasons : RevocationReasons.None;
            }
        }

        return known == RevocationReasons.All ? CertificateRefusal.None : refusal;
    }

    /// <summary>The newest list of each scope that speaks for the certificate at this point. Two of one number that differ speak for nobody.</summary>
    private List<CertificateRevocationList> FindNewest(PathCertificate certificate, PathCertificate issuer, DistributionPoint point)
    {
        var newest = new List<CertificateRevocationList>();
        var inScope = lists.Where(list => !list.IsDelta && IsInScope(list, point, certificate) && signers(list, issuer)).ToList();
        while (inScope.Count > 0)
        {
            var scope = inScope.FindAll(list => list.Header.HasScopeOf(inScope[0].Header));
            inScope.RemoveAll(scope.Contains);
            var top = scope.MaxBy(static list => list.Number)!;
            if (scope.TrueForAll(list => list.Number != top.Number || HasBytesOf(list, top)))
            {
                newest.Add(top);
            }
        }

        return newest;
    }

    private CertificateRefusal Ask(CertificateRevocationList list, PathCertificate certificate, PathCertificate issuer)
    {
        if (!IsCurrent(list))
        {
            return CertificateRefusal.RevocationListStale;
        }

        var reason = list.FindReason(certificate);
        var delta = lists
            .Where(other => other.IsDelta && Changes(other, list) && IsCurrent(other) && signers(other, issuer))
            .MaxBy(static other => other.Number);
        reason = delta?.FindReason(certificate) ?? reason;
        return reason is null or CrlEntry.RemoveFromCrl ? CertificateRefusal.None : CertificateRefusal.Revoked;
    }

    /// <summary>RFC 5280 §5.2.4 and §6.3.3 (c): of one scope, no older than the list, and for a list no older than its base.</summary>
    private static bool Changes(CertificateRevocationList delta, CertificateRevocationList list) =>
        delta.Header.HasScopeOf(list.Header) && list.Number >= delta.Header.BaseNumber && list.Number <= delta.Number;

    private bool IsCurrent(CertificateRevocationList list) => list.ThisUpdate <= now && now <= list.NextUpdate + options.MaxCrlStaleness;

    private static bool IsInScope(CertificateRevocationList list, DistributionPoint point, PathCertificate certificate)
    {
        var scope = list.Header.Scope;
        if (!IsFrom(list, point, certificate) || !scope.Covers(certificate))
        {
            return false;
        }

        return !scope.HasName || scope.Names.Any(name => point.AllNames.Any(name.Matches));
    }

    /// <summary>RFC 5280 §6.3.3 (b)(1): the point's CRL issuer, and the list says it is for others' certificates; else the certificate's own.</summary>
    private static bool IsFrom(CertificateRevocationList list, DistributionPoint point, PathCertificate certificate)
    {
        var issuer = list.Header.Issuer.Span;
        if (point.CrlIssuers.Count == 0)
        {
            return issuer.SequenceEqual(certificate.Parsed.Issuer.Span);
        }

        foreach (var name in point.CrlIssuers)
        {
            if (name.Form == GeneralNameForm.Directory && name.Value.Span.SequenceEqual(issuer))
            {
                return list.Header.Scope.IsIndirect;
            }
        }

        return false;
    }

    private static bool HasBytesOf(CertificateRevocationList list, CertificateRevocationList other) =>
        list.Header.ToBeSigned.Span.SequenceEqual(other.Header.ToBeSigned.Span);
}
