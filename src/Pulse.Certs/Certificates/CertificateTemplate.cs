using System.Formats.Asn1;

namespace Pulse.Certs;

/// <summary>Everything an end-entity certificate says; a request contributes its public key and nothing else.</summary>
internal sealed class CertificateTemplate
{
    private static readonly Asn1Tag VersionTag = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag ExtensionsTag = new(TagClass.ContextSpecific, 3);
    private static readonly Asn1Tag KeyIdTag = new(TagClass.ContextSpecific, 0);

    /// <summary>An empty sequence: CA is FALSE by default.</summary>
    private static readonly byte[] NotAnAuthority = [0x30, 0x00];

    /// <summary>The named bit digitalSignature, alone.</summary>
    private static readonly byte[] DigitalSignature = [0x03, 0x02, 0x07, 0x80];

    public required byte[] SerialNumber { get; init; }

    public required IssuerCertificate Issuer { get; init; }

    public required DateTimeOffset NotBefore { get; init; }

    public required DateTimeOffset NotAfter { get; init; }

    /// <summary>Null leaves the subject empty, which makes the alternative name critical (RFC 5280 §4.1.2.6).</summary>
    public required string? CommonName { get; init; }

    /// <summary>The GeneralNames, DER.</summary>
    public required byte[] AlternativeNames { get; init; }

    public required ReadOnlyMemory<byte> SubjectPublicKeyInfo { get; init; }

    /// <summary>The one extended key usage.</summary>
    public required string Purpose { get; init; }

    /// <summary>Where the issuer's CRL is published; null leaves the extension out.</summary>
    public Uri? CrlUrl { get; init; }

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
                WriteExtensions(writer);
            }
        }

        return writer.Encode();
    }

    /// <summary>Joins the signed part and its signature to a certificate.</summary>
    public static byte[] Seal(byte[] toBeSigned, SignatureAlgorithm algorithm, byte[] signature)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER, toBeSigned.Length + signature.Length + 32);
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(toBeSigned);
            writer.WriteEncodedValue(algorithm.Identifier.Span);
            writer.WriteBitString(signature);
        }

        return writer.Encode();
    }

    private void WriteExtensions(AsnWriter writer)
    {
        WriteExtension(writer, Oids.BasicConstraints, critical: true, NotAnAuthority);
        WriteExtension(writer, Oids.KeyUsage, critical: true, DigitalSignature);

        var value = new AsnWriter(AsnEncodingRules.DER, 64);
        using (value.PushSequence())
        {
            value.WriteObjectIdentifier(Purpose);
        }

        WriteExtension(writer, Oids.ExtendedKeyUsage, critical: false, value.Encode());

        value.Reset();
        value.WriteOctetString(KeyIdentifier.Of(SubjectPublicKeyInfo));
        WriteExtension(writer, Oids.SubjectKeyIdentifier, critical: false, value.Encode());

        value.Reset();
        using (value.PushSequence())
        {
            value.WriteOctetString(Issuer.SubjectKeyIdentifier, KeyIdTag);
        }

        WriteExtension(writer, Oids.AuthorityKeyIdentifier, critical: false, value.Encode());
        WriteExtension(writer, Oids.SubjectAlternativeName, critical: CommonName is null, AlternativeNames);
        if (CrlUrl is { } url)
        {
            WriteExtension(writer, Oids.CrlDistributionPoints, critical: false, DistributionPoint.Write(url));
        }
    }

    public static void WriteExtension(AsnWriter writer, string oid, bool critical, byte[] value)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(oid);
            if (critical)
            {
                writer.WriteBoolean(true);
            }

            writer.WriteOctetString(value);
        }
    }
}
