namespace Pulse.Certs;

/// <summary>
/// Judges certificates by RFC 5280 §6.1, and their revocation by §6.3, against configured trust anchors: offline, at a bounded cost,
/// with a verdict for whatever a peer sent. Safe for use by many threads.
/// </summary>
/// <remarks>
/// For devices whose issuers are configured themselves <see cref="DeviceCertificateValidator"/> is the shorter way: it builds no path.
/// Names are chained byte for byte. A certificate outside the profile of RFC 5280 §4 is refused, also where others are lenient.
/// </remarks>
public sealed class CertificatePathValidator
{
    private const int MaxIntermediates = 128;

    private readonly List<PathCertificate> _anchors = [];
    private readonly CertificatePathOptions _options;
    private readonly TimeProvider _time;

    /// <summary>Makes a validator.</summary>
    /// <param name="trustAnchors">Certificates of the issuers everything must lead to, DER; at least one. They need not be self-signed.</param>
    /// <param name="options">What is accepted; later changes count for nothing.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ArgumentException">
    /// There is no trust anchor, or one is not a certificate that may issue others under the profile; or an option is out of its range.
    /// </exception>
    public CertificatePathValidator(IEnumerable<ReadOnlyMemory<byte>> trustAnchors, CertificatePathOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(trustAnchors);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        using var budget = new PathBudget(0);
        foreach (var der in trustAnchors)
        {
            var anchor = PathCertificate.TryRead(der) ?? throw Unfit(_anchors.Count, CertificateRefusal.Malformed);
            var refusal = CheckAnchor(anchor, budget);
            _anchors.Add(refusal == CertificateRefusal.None ? anchor : throw Unfit(_anchors.Count, refusal));
        }

        if (_anchors.Count == 0)
        {
            throw new ArgumentException("There is no trust anchor: name at least one certificate to trust.", nameof(trustAnchors));
        }

        _options = options.Check();
        _time = time;
    }

    /// <summary>Judges a certificate. Never throws for what a peer sent.</summary>
    /// <param name="request">The certificate, and what else is at hand.</param>
    /// <returns>The path, or the reason against the path that came furthest.</returns>
    public CertificatePathVerdict Validate(CertificatePathRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var leaf = PathCertificate.TryRead(request.Certificate);
        if (leaf is null)
        {
            return CertificatePathVerdict.Refused(CertificateRefusal.Malformed, 0);
        }

        using var budget = new PathBudget(_options.MaxSignatureChecks);
        var refusal = leaf.FaultBelowAnchor == CertificateRefusal.None ? budget.CheckKey(leaf) : leaf.FaultBelowAnchor;
        if (refusal != CertificateRefusal.None)
        {
            return CertificatePathVerdict.Refused(refusal, 0);
        }

        var question = new PathQuestion(_anchors, ReadPool(request.Intermediates), request, _options, _time.GetUtcNow(), budget);
        return question.Answer(leaf);
    }

    private static CertificateRefusal CheckAnchor(PathCertificate anchor, PathBudget budget)
    {
        if (anchor.Fault != CertificateRefusal.None)
        {
            return anchor.Fault;
        }

        var refusal = CertificateRules.CheckAuthority(anchor.Basic, anchor.Usage);
        if (refusal != CertificateRefusal.None)
        {
            return refusal;
        }

        // A self-signed certificate has one key: an identifier of another is a mistake somebody else will read differently.
        var namesOtherKey = anchor.IsSelfIssued && !anchor.NamesAsIssuer(anchor);
        return namesOtherKey ? CertificateRefusal.KeyIdentifierInvalid : budget.CheckKey(anchor);
    }

    private List<PathCertificate> ReadPool(IReadOnlyList<ReadOnlyMemory<byte>> intermediates)
    {
        var pool = new List<PathCertificate>();
        foreach (var der in intermediates.Take(MaxIntermediates))
        {
            var read = PathCertificate.TryRead(der);
            if (read is not null && !_anchors.Exists(read.IsSameAs))
            {
                pool.Add(read);
            }
        }

        return pool;
    }

    private static ArgumentException Unfit(int index, CertificateRefusal refusal) => new(
        $"Trust anchor {index} cannot be one: {refusal}. It must be a DER certificate of version 3 that may issue others under RFC 5280 §4.");
}
