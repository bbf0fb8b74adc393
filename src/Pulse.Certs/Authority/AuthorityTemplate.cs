using System.Formats.Asn1;

namespace Pulse.Certs;

/// <summary>Everything a subordinate authority's certificate says.</summary>
internal sealed class AuthorityTemplate
{
    private static readonly Asn1Tag VersionTag = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag ExtensionsTag = new(TagClass.ContextSpecific, 3);
    private static readonly Asn1Tag KeyIdTag = new(TagClass.ContextSpecific, 0);

    /// <summary>CA is TRUE, path length 0: it issues to devices and to no further authority.</summary>
    private static readonly byte[] LastAuthority = [0x30, 0x06, 0x01, 0x01, 0xFF, 0x02, 0x01, 0x00];

    /// <summary>The named bits keyCertSign and cRLSign.</summary>
    private static readonly byte[] Signs = [0x03, 0x02, 0x01, 0x06];

    public required byte[] SerialNumber { get; init; }

    public required IssuerCertificate Issuer { get; init; }

    public required DateTimeOffset NotBefore { get; init; }

    public required DateTimeOffset NotAfter { get; init; }

    public required string CommonName { get; init; }

    public required ReadOnlyMemory<byte> SubjectPublicKeyInfo { get; init; }

    /// <summary>Whether a certificate's authority may sign no further authority; DER has one form to say so.</summary>
    public static bool IsLastAuthority(ParsedCertificate certificate)
    {
        var constraints = certificate.Find(Oids.BasicConstraints);
        return constraints is not null && constraints.Value.Value.Span.SequenceEqual(LastAuthority);
    }

    /// <summary>The TBSCertificate, DER.</summary>
    public byte[] Write()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER, 1024);
        using (writer.PushSequence())
        {
            using (writer.PushSequence(VersionTag))
            {
                writer.WriteInteger(2);
            }

            writer.WriteInteger(SerialNumber);
            writer.WriteEncodedValue(Issuer.Algorithm.Identifier.Span);
            writer.WriteEncodedValue(Issuer.Subject.Span);
            using (writer.PushSequence())
            {
                DerTime.Write(writer, NotBefore);
                DerTime.Write(writer, NotAfter);
            }

            writer.WriteEncodedValue(DistinguishedName.Write(CommonName));
            writer.WriteEncodedValue(SubjectPublicKeyInfo.Span);
            using (writer.PushSequence(ExtensionsTag))
            using (writer.PushSequence())
            {
                CertificateTemplate.WriteExtension(writer, Oids.BasicConstraints, critical: true, LastAuthority);
                CertificateTemplate.WriteExtension(writer, Oids.KeyUsage, critical: true, Signs);
                WriteKeyIdentifiers(writer);
            }
        }

        return writer.Encode();
    }

    private void WriteKeyIdentifiers(AsnWriter writer)
    {
        var value = new AsnWriter(AsnEncodingRules.DER, 64);
        value.WriteOctetString(KeyIdentifier.Of(SubjectPublicKeyInfo));
        CertificateTemplate.WriteExtension(writer, Oids.SubjectKeyIdentifier, critical: false, value.Encode());

        value.Reset();
        using (value.PushSequence())
        {
            value.WriteOctetString(Issuer.SubjectKeyIdentifier, KeyIdTag);
        }

        CertificateTemplate.WriteExtension(writer, Oids.AuthorityKeyIdentifier, critical: false, value.Encode());
    }
}
