namespace Pulse.Certs;

/// <summary>The authorities this host knows, the active one first.</summary>
public sealed class CertificateIssuers
{
    private readonly List<ReadOnlyMemory<byte>> _keys = [];

    internal CertificateIssuers(ICaSigner signer, IEnumerable<IssuerRegistration> others)
    {
        var all = new List<CertificateIssuerInfo> { Add(signer.CertificateDer, IssuerState.Active) };
        foreach (var other in others)
        {
            var issuer = Add(other.CertificateDer, other.State);
            if (all.Exists(known => known.Id == issuer.Id))
            {
                throw new ArgumentException(
                    $"The issuer {issuer.Id} is named twice. An issuer has one state; give the new one a key of its own.", nameof(others));
            }

            all.Add(issuer);
        }

        All = all;
        Trusted = [.. all.Where(issuer => issuer.State is IssuerState.Active or IssuerState.VerifyOnly)];
    }

    /// <summary>Every authority, in the order they were named.</summary>
    public IReadOnlyList<CertificateIssuerInfo> All { get; }

    /// <summary>Those whose certificates are good: the active one and the verify-only ones.</summary>
    public IReadOnlyList<CertificateIssuerInfo> Trusted { get; }

    /// <summary>The one that issues.</summary>
    public CertificateIssuerInfo Active => All[0];

    /// <summary>Whether a key (SubjectPublicKeyInfo, DER) is that of an authority, whatever its state.</summary>
    internal bool HaveKey(ReadOnlyMemory<byte> keyInfo) => _keys.Exists(key => key.Span.SequenceEqual(keyInfo.Span));

    private CertificateIssuerInfo Add(ReadOnlyMemory<byte> der, IssuerState state)
    {
        using var issuer = IssuerCertificate.Read(der);
        _keys.Add(issuer.SubjectPublicKeyInfo.ToArray());
        return new CertificateIssuerInfo(issuer.Id, state, der, issuer.NotAfter);
    }
}
