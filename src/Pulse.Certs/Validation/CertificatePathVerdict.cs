namespace Pulse.Certs;

/// <summary>The judgement of a certificate and its path.</summary>
public readonly record struct CertificatePathVerdict
{
    private readonly IReadOnlyList<ReadOnlyMemory<byte>>? _path;
    private readonly IReadOnlySet<string>? _policies;

    /// <summary>Whether a path is good now. False for the default value.</summary>
    public bool IsValid { get; private init; }

    /// <summary>Why not: the reason against the path that came furthest; <see cref="CertificateRefusal.None"/> when one is good.</summary>
    public CertificateRefusal Refusal { get; private init; }

    /// <summary>Which certificate was refused: 0 the one asked about, 1 its issuer, and so on; 0 as well when one is good.</summary>
    public int Position { get; private init; }

    /// <summary>The certificates from the one asked about to the trust anchor, DER; empty when it is refused.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Path => _path ?? [];

    /// <summary>
    /// The policies the path is valid for, as dotted object identifiers in the trust anchor's words (RFC 5280 §6.1.6), <c>2.5.29.32.0</c>
    /// standing for any; empty when there is none, or the certificate is refused.
    /// </summary>
    public IReadOnlySet<string> Policies => _policies ?? System.Collections.Frozen.FrozenSet<string>.Empty;

    private CertificatePathVerdict(IReadOnlyList<ReadOnlyMemory<byte>> path, IReadOnlySet<string> policies)
    {
        IsValid = true;
        _path = path;
        _policies = policies;
    }

    internal static CertificatePathVerdict Refused(CertificateRefusal refusal, int position) => new() { Refusal = refusal, Position = position };

    internal static CertificatePathVerdict Valid(IReadOnlyList<ReadOnlyMemory<byte>> path, IReadOnlySet<string> policies) => new(path, policies);
}
