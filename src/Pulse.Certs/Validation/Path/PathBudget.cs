using System.Formats.Asn1;

namespace Pulse.Certs;

/// <summary>Verifies signatures for one question, as many as it may cost, each pair once.</summary>
internal sealed class PathBudget(int maxSignatures) : IDisposable
{
    /// <summary>Pairs of a certificate and a possible issuer that are looked at: a bound on a search whose signatures are remembered.</summary>
    private const int MaxSteps = 4096;

    /// <summary>Whole paths that are judged.</summary>
    private const int MaxPaths = 64;

    /// <summary>Comparisons of one name with one constraint: a bound on work that grows with the product of two lists.</summary>
    private const int MaxComparisons = 250_000;

    private readonly Dictionary<PathCertificate, PublicKey?> _keys = [];
    private readonly Dictionary<(PathCertificate, PathCertificate), CertificateRefusal> _verified = [];
    private int _signatures;
    private int _steps;
    private int _paths;
    private int _comparisons;

    /// <summary>Whether something was left undone.</summary>
    public bool IsExhausted { get; private set; }

    public bool TryStep() => Spend(ref _steps, 1, MaxSteps);

    public bool TryPath() => Spend(ref _paths, 1, MaxPaths);

    public bool TryCompare(int names) => Spend(ref _comparisons, names, MaxComparisons);

    /// <summary>Whether a certificate is signed by the key in another.</summary>
    public CertificateRefusal Verify(PathCertificate certificate, PathCertificate issuer)
    {
        if (!_verified.TryGetValue((certificate, issuer), out var refusal))
        {
            var parsed = certificate.Parsed;
            refusal = Verify(parsed.ToBeSigned.Span, parsed.Signature, parsed.Algorithm.Span, issuer);
            _verified.Add((certificate, issuer), refusal);
        }

        return refusal;
    }

    /// <summary>Whether a list is signed by the key in a certificate.</summary>
    public CertificateRefusal Verify(CertificateRevocationList list, PathCertificate issuer)
    {
        var key = issuer.Parsed.SubjectPublicKeyInfo.Span;
        if (list.IsVerifiedUnder(key))
        {
            return CertificateRefusal.None;
        }

        var refusal = Verify(list.Header.ToBeSigned.Span, list.Header.Signature, list.Header.Algorithm.Span, issuer);
        if (refusal == CertificateRefusal.None)
        {
            list.SetVerifiedUnder(key);
        }

        return refusal;
    }

    /// <summary>Whether the key in a certificate is one we take.</summary>
    public CertificateRefusal CheckKey(PathCertificate certificate) =>
        KeyOf(certificate) is null ? CertificateRefusal.KeyNotAllowed : CertificateRefusal.None;

    public void Dispose()
    {
        foreach (var key in _keys.Values)
        {
            key?.Dispose();
        }
    }

    private CertificateRefusal Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature, ReadOnlySpan<byte> identifier, PathCertificate issuer)
    {
        var algorithm = SignatureAlgorithm.FindOfOthers(identifier);
        if (algorithm is null)
        {
            return CertificateRefusal.AlgorithmNotAllowed;
        }

        if (_signatures == maxSignatures)
        {
            IsExhausted = true;
            return CertificateRefusal.LimitExceeded;
        }

        _signatures++;
        var key = KeyOf(issuer);
        if (key is null)
        {
            return CertificateRefusal.KeyNotAllowed;
        }

        if (!key.Fits(algorithm))
        {
            return CertificateRefusal.AlgorithmNotAllowed;
        }

        return key.Verify(data, signature, algorithm) ? CertificateRefusal.None : CertificateRefusal.SignatureInvalid;
    }

    /// <summary>Null for a key that is not on the list, is weak, or is none.</summary>
    private PublicKey? KeyOf(PathCertificate certificate)
    {
        if (_keys.TryGetValue(certificate, out var key))
        {
            return key;
        }

        try
        {
            PublicKey.TryRead(certificate.Parsed.SubjectPublicKeyInfo, out key);
        }
        catch (AsnContentException)
        {
            key = null;
        }

        _keys.Add(certificate, key);
        return key;
    }

    private bool Spend(ref int spent, int amount, int limit)
    {
        spent += amount;
        IsExhausted = IsExhausted || spent > limit;
        return !IsExhausted;
    }
}
