using System.Collections.Concurrent;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Pulse.Certs;

/// <summary>The pinned issuer: an authority's certificate, read once and held to what an issuer must be.</summary>
internal sealed class IssuerCertificate : IDisposable
{
    private readonly ParsedCertificate _certificate;

    // A key object serves one thread at a time; as many exist as verify at once.
    private readonly ConcurrentBag<PublicKey> _keys = [];

    private IssuerCertificate(ParsedCertificate certificate, PublicKey key, byte[] subjectKeyIdentifier)
    {
        _certificate = certificate;
        _keys.Add(key);
        Algorithm = key.Preferred;
        SubjectKeyIdentifier = subjectKeyIdentifier;
        Id = Convert.ToHexStringLower(SHA256.HashData([.. certificate.Subject.Span, .. certificate.SubjectPublicKeyInfo.Span]));
    }

    /// <summary>Name and key, hashed, in lower-case hexadecimal digits: an issuer renewed under the same key stays the same issuer.</summary>
    public string Id { get; }

    /// <summary>What this issuer signs with; its key decides.</summary>
    public SignatureAlgorithm Algorithm { get; }

    public byte[] SubjectKeyIdentifier { get; }

    public ReadOnlyMemory<byte> Subject => _certificate.Subject;

    public ReadOnlyMemory<byte> SubjectPublicKeyInfo => _certificate.SubjectPublicKeyInfo;

    public DateTimeOffset NotBefore => _certificate.NotBefore;

    public DateTimeOffset NotAfter => _certificate.NotAfter;

    /// <exception cref="ArgumentException">The certificate cannot be an issuer; the text says why.</exception>
    public static IssuerCertificate Read(ReadOnlyMemory<byte> der)
    {
        try
        {
            var certificate = ParsedCertificate.Read(der);
            var basic = certificate.Find(Oids.BasicConstraints) ?? throw Unfit("it has no basic constraints");
            if (!BasicConstraints.Read(basic.Value).IsAuthority)
            {
                throw Unfit("its basic constraints say it is no authority");
            }

            var usage = certificate.Find(Oids.KeyUsage) ?? throw Unfit("it has no key usage");
            if ((KeyUsages.Read(usage.Value) & X509KeyUsageFlags.KeyCertSign) == 0)
            {
                throw Unfit("its key usage lacks keyCertSign");
            }

            var identifier = certificate.Find(Oids.SubjectKeyIdentifier) ?? throw Unfit("it has no subject key identifier");
            var fault = PublicKey.TryRead(certificate.SubjectPublicKeyInfo, out var key);
            return fault == PublicKeyFault.None
                ? new IssuerCertificate(certificate, key!, KeyIdentifier.ReadSubject(identifier.Value))
                : throw Unfit("its key is not P-256, P-384 or RSA of 2048, 3072 or 4096 bits");
        }
        catch (AsnContentException malformed)
        {
            throw new ArgumentException("The issuer certificate is not a DER X.509 certificate of version 3.", nameof(der), malformed);
        }
    }

    public bool IsValidAt(DateTimeOffset time) => CertificateRules.CheckTime(_certificate, time) == CertificateRefusal.None;

    /// <summary>Whether the signature over the data is this issuer's. Any thread may ask.</summary>
    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (!_keys.TryTake(out var key))
        {
            PublicKey.TryRead(SubjectPublicKeyInfo, out key);
        }

        var valid = key!.Verify(data, signature, Algorithm);
        _keys.Add(key);
        return valid;
    }

    public void Dispose()
    {
        while (_keys.TryTake(out var key))
        {
            key.Dispose();
        }
    }

    private static ArgumentException Unfit(string reason) =>
        new($"The issuer certificate cannot issue: {reason}. Make one with CertificateAuthorityMaterial.Create.");
}
