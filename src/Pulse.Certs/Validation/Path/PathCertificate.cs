using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace Pulse.Certs;

/// <summary>A certificate with everything read that the rules of a path ask for.</summary>
internal sealed class PathCertificate
{
    private static readonly byte[] EmptyName = [0x30, 0x00];

    private PathCertificate(ReadOnlyMemory<byte> der, ParsedCertificate parsed)
    {
        Der = der;
        Parsed = parsed;
        DistinguishedName.Read(parsed.Issuer);
        DistinguishedName.Read(parsed.Subject);
        Basic = parsed.Read<BasicConstraints?>(Oids.BasicConstraints, static value => BasicConstraints.Read(value), null);
        Usage = parsed.Read<X509KeyUsageFlags?>(Oids.KeyUsage, static value => KeyUsages.Read(value), null);
        Purposes = parsed.Read(Oids.ExtendedKeyUsage, KeyUsages.ReadExtended, null);
        SubjectKeyId = parsed.Read(Oids.SubjectKeyIdentifier, KeyIdentifier.ReadSubject, []);
        AuthorityKeyId = parsed.Read(Oids.AuthorityKeyIdentifier, KeyIdentifier.ReadAuthority, null);
        AlternativeNames = parsed.Read(Oids.SubjectAlternativeName, Pulse.Certs.AlternativeNames.Read, []);
        Constraints = parsed.Read(Oids.NameConstraints, NameConstraints.Read, null);
        DistributionPoints = parsed.Read(Oids.CrlDistributionPoints, DistributionPoint.ReadAll, []);
        Policies = CertificatePolicies.Read(parsed);
        IsSelfIssued = parsed.Subject.Span.SequenceEqual(parsed.Issuer.Span);
        HasEmptySubject = parsed.Subject.Span.SequenceEqual(EmptyName);
        HasEmptyIssuer = parsed.Issuer.Span.SequenceEqual(EmptyName);
        Fault = ProfileRules.Check(this);
    }

    public ReadOnlyMemory<byte> Der { get; }

    public ParsedCertificate Parsed { get; }

    public BasicConstraints? Basic { get; }

    public X509KeyUsageFlags? Usage { get; }

    public IReadOnlyList<string>? Purposes { get; }

    /// <summary>Empty without the extension.</summary>
    public byte[] SubjectKeyId { get; }

    /// <summary>Null without the extension; empty when it holds no key identifier.</summary>
    public byte[]? AuthorityKeyId { get; }

    public IReadOnlyList<GeneralName> AlternativeNames { get; }

    public NameConstraints? Constraints { get; }

    public IReadOnlyList<DistributionPoint> DistributionPoints { get; }

    public CertificatePolicies Policies { get; }

    public bool IsAuthority => Basic?.IsAuthority == true;

    /// <summary>Subject and issuer are the same name, as in a key rollover (RFC 5280 §3.2).</summary>
    public bool IsSelfIssued { get; }

    public bool HasEmptySubject { get; }

    public bool HasEmptyIssuer { get; }

    /// <summary>What is wrong with the certificate whatever the path; <see cref="CertificateRefusal.None"/> when nothing is.</summary>
    public CertificateRefusal Fault { get; }

    /// <summary>The same for a certificate somebody has to vouch for: it names the key of who does, unless that is of its own name.</summary>
    public CertificateRefusal FaultBelowAnchor => Fault == CertificateRefusal.None && AuthorityKeyId is null && !IsSelfIssued
        ? CertificateRefusal.KeyIdentifierInvalid
        : Fault;

    /// <exception cref="AsnContentException">The bytes are no certificate of version 3, or an extension is not what it must be.</exception>
    public static PathCertificate Read(ReadOnlyMemory<byte> der) => new(der, ParsedCertificate.Read(der));

    /// <summary>Reads what may be no certificate at all; null then.</summary>
    public static PathCertificate? TryRead(ReadOnlyMemory<byte> der)
    {
        try
        {
            return Read(der);
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    /// <summary>Whether the other's name and, where both tell, key identifier are those of this one's issuer. No signature is looked at.</summary>
    public bool NamesAsIssuer(PathCertificate other)
    {
        if (!Parsed.Issuer.Span.SequenceEqual(other.Parsed.Subject.Span))
        {
            return false;
        }

        return AuthorityKeyId is not { Length: > 0 } || other.SubjectKeyId.Length == 0 || AuthorityKeyId.AsSpan().SequenceEqual(other.SubjectKeyId);
    }

    public bool IsSameAs(PathCertificate other) => Der.Span.SequenceEqual(other.Der.Span);
}
