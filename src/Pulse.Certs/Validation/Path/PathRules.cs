namespace Pulse.Certs;

/// <summary>
/// RFC 5280 §6.1 over one path from a trust anchor to a certificate whose signatures were verified. What the anchor's own certificate
/// says about names, policies and path length holds as well (RFC 5937).
/// </summary>
internal sealed class PathRules
{
    private readonly IReadOnlyList<PathCertificate> _path;
    private readonly CertificatePathOptions _options;
    private readonly DateTimeOffset _now;
    private readonly NameConstraintState _names;
    private readonly PolicyGraph _policies = new();
    private int _explicitPolicy;
    private int _inhibitAny;
    private int _policyMapping;
    private int _maxPathLength;

    private PathRules(IReadOnlyList<PathCertificate> path, CertificatePathOptions options, DateTimeOffset now, PathBudget budget)
    {
        _names = new NameConstraintState(budget);
        _path = path;
        _options = options;
        _now = now;
        _explicitPolicy = options.RequireExplicitPolicy ? 0 : path.Count;
        _inhibitAny = options.InhibitAnyPolicy ? 0 : path.Count;
        _policyMapping = options.InhibitPolicyMapping ? 0 : path.Count;
        _maxPathLength = options.MaxDepth;
    }

    /// <param name="path">The trust anchor first, the certificate asked about last; at least two.</param>
    /// <param name="options">What is accepted.</param>
    /// <param name="now">When.</param>
    /// <param name="budget">Bounds the comparisons of names.</param>
    public static PathFinding Check(IReadOnlyList<PathCertificate> path, CertificatePathOptions options, DateTimeOffset now, PathBudget budget)
    {
        var rules = new PathRules(path, options, now, budget);
        for (var i = 0; i < path.Count; i++)
        {
            var refusal = rules.Step(i);
            if (refusal != CertificateRefusal.None)
            {
                return PathFinding.Refused(refusal, path.Count - 1 - i);
            }
        }

        return rules.WrapUp();
    }

    private CertificateRefusal Step(int index)
    {
        var certificate = _path[index];
        var (isAnchor, isLast) = (index == 0, index == _path.Count - 1);
        var refusal = CertificateRules.CheckTime(certificate.Parsed, _now);
        refusal = refusal == CertificateRefusal.None && !isAnchor ? Process(certificate, isLast) : refusal;
        return refusal == CertificateRefusal.None && !isLast ? Prepare(certificate, isAnchor) : refusal;
    }

    /// <summary>RFC 5280 §6.1.3 (b) to (f).</summary>
    private CertificateRefusal Process(PathCertificate certificate, bool isLast)
    {
        var refusal = certificate.IsSelfIssued && !isLast ? CertificateRefusal.None : _names.Check(certificate);
        if (refusal != CertificateRefusal.None)
        {
            return refusal;
        }

        _policies.Assert(certificate.Policies.Asserted, _inhibitAny > 0 || (certificate.IsSelfIssued && !isLast));
        return _explicitPolicy > 0 || !_policies.IsNull ? CertificateRefusal.None : CertificateRefusal.PolicyNotAllowed;
    }

    /// <summary>RFC 5280 §6.1.4.</summary>
    private CertificateRefusal Prepare(PathCertificate issuer, bool isAnchor)
    {
        var refusal = CertificateRules.CheckAuthority(issuer.Basic, issuer.Usage);
        refusal = refusal == CertificateRefusal.None ? PathPurposeRules.CheckIssuer(issuer, _options.Purpose) : refusal;
        if (refusal != CertificateRefusal.None)
        {
            return refusal;
        }

        if (!isAnchor)
        {
            _policies.Map(issuer.Policies.Mappings, _policyMapping > 0);
        }

        if (issuer.Constraints is { } constraints)
        {
            _names.Add(constraints);
        }

        if (!isAnchor && !issuer.IsSelfIssued)
        {
            // Below zero says what zero says.
            _explicitPolicy--;
            _policyMapping--;
            _inhibitAny--;
            if (_maxPathLength == 0)
            {
                return CertificateRefusal.PathTooLong;
            }

            _maxPathLength--;
        }

        _explicitPolicy = Math.Min(_explicitPolicy, issuer.Policies.RequireExplicit ?? int.MaxValue);
        _policyMapping = Math.Min(_policyMapping, issuer.Policies.InhibitMapping ?? int.MaxValue);
        _inhibitAny = Math.Min(_inhibitAny, issuer.Policies.InhibitAny ?? int.MaxValue);
        _maxPathLength = Math.Min(_maxPathLength, issuer.Basic!.Value.PathLength ?? int.MaxValue);
        return CertificateRefusal.None;
    }

    /// <summary>RFC 5280 §6.1.5.</summary>
    private PathFinding WrapUp()
    {
        var leaf = _path[^1];
        var refusal = PathPurposeRules.CheckLeaf(leaf, _options.Purpose);
        if (refusal != CertificateRefusal.None)
        {
            return PathFinding.Refused(refusal, 0);
        }

        var explicitPolicy = leaf.Policies.RequireExplicit == 0 ? 0 : _explicitPolicy - 1;
        var policies = _policies.Intersect(_options.WantedPolicies);
        return explicitPolicy > 0 || policies.Count > 0
            ? new PathFinding(CertificateRefusal.None, 0, policies)
            : PathFinding.Refused(CertificateRefusal.PolicyNotAllowed, 0);
    }
}
