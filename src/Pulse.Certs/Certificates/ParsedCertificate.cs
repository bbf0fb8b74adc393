using System.Formats.Asn1;

namespace Pulse.Certs;

/// <summary>A certificate of version 3 taken apart under DER rules; nothing in it is trusted yet.</summary>
internal sealed class ParsedCertificate
{
    /// <summary>Larger is refused before it is looked at.</summary>
    public const int MaxBytes = 16 * 1024;

    private static readonly Asn1Tag VersionTag = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag ExtensionsTag = new(TagClass.ContextSpecific, 3);

    private ParsedCertificate(ReadOnlyMemory<byte> toBeSigned, ReadOnlyMemory<byte> algorithm, byte[] signature)
    {
        ToBeSigned = toBeSigned;
        Algorithm = algorithm;
        Signature = signature;
    }

    public ReadOnlyMemory<byte> ToBeSigned { get; }

    /// <summary>The AlgorithmIdentifier, DER, the same inside and outside of the signed part.</summary>
    public ReadOnlyMemory<byte> Algorithm { get; }

    public byte[] Signature { get; }

    /// <summary>Lower-case hexadecimal digits of the positive serial number.</summary>
    public string SerialNumber { get; private init; } = string.Empty;

    public ReadOnlyMemory<byte> Issuer { get; private init; }

    public DateTimeOffset NotBefore { get; private init; }

    public DateTimeOffset NotAfter { get; private init; }

    public ReadOnlyMemory<byte> Subject { get; private init; }

    public ReadOnlyMemory<byte> SubjectPublicKeyInfo { get; private init; }

    public IReadOnlyList<CertificateExtension> Extensions { get; private init; } = [];

    /// <exception cref="AsnContentException">The bytes are not such a certificate.</exception>
    public static ParsedCertificate Read(ReadOnlyMemory<byte> der)
    {
        if (der.Length > MaxBytes)
        {
            throw new AsnContentException("The certificate is too large.");
        }

        var outer = new AsnReader(der, AsnEncodingRules.DER);
        var certificate = outer.ReadSequence();
        outer.ThrowIfNotEmpty();

        var toBeSigned = certificate.ReadEncodedValue();
        var algorithm = certificate.ReadEncodedValue();
        var signature = certificate.ReadBitString(out var unusedBits);
        certificate.ThrowIfNotEmpty();
        if (unusedBits != 0)
        {
            throw new AsnContentException("A signature is whole octets.");
        }

        return ReadToBeSigned(toBeSigned, algorithm, signature);
    }

    public CertificateExtension? Find(string oid)
    {
        foreach (var extension in Extensions)
        {
            if (extension.Oid == oid)
            {
                return extension;
            }
        }

        return null;
    }

    /// <summary>What an extension says, or what goes for its absence.</summary>
    public T Read<T>(string oid, Func<ReadOnlyMemory<byte>, T> read, T absent)
    {
        var extension = Find(oid);
        return extension is null ? absent : read(extension.Value.Value);
    }

    private static ParsedCertificate ReadToBeSigned(ReadOnlyMemory<byte> toBeSigned, ReadOnlyMemory<byte> algorithm, byte[] signature)
    {
        var reader = new AsnReader(toBeSigned, AsnEncodingRules.DER).ReadSequence();
        var version = reader.ReadSequence(VersionTag);
        if (version.ReadInteger() != 2)
        {
            throw new AsnContentException("Only version 3 certificates are read.");
        }

        version.ThrowIfNotEmpty();
        var serialNumber = ReadSerialNumber(reader);
        if (!reader.ReadEncodedValue().Span.SequenceEqual(algorithm.Span))
        {
            throw new AsnContentException("The two signature algorithms differ.");
        }

        var issuer = reader.PeekEncodedValue();
        reader.ReadSequence();
        var validity = reader.ReadSequence();
        var notBefore = DerTime.Read(validity);
        var notAfter = DerTime.Read(validity);
        validity.ThrowIfNotEmpty();
        var subject = reader.PeekEncodedValue();
        reader.ReadSequence();

        // Zero is no serial number, but some public roots, whose number nobody ever looks up, have it.
        if (serialNumber.Length == 0 && !subject.Span.SequenceEqual(issuer.Span))
        {
            throw new AsnContentException("The serial number is not positive.");
        }

        var subjectPublicKeyInfo = reader.PeekEncodedValue();
        reader.ReadSequence();

        var wrapper = reader.ReadSequence(ExtensionsTag);
        var extensions = CertificateExtension.ReadAll(wrapper);
        wrapper.ThrowIfNotEmpty();
        reader.ThrowIfNotEmpty();

        return new ParsedCertificate(toBeSigned, algorithm, signature)
        {
            SerialNumber = serialNumber,
            Issuer = issuer,
            NotBefore = notBefore,
            NotAfter = notAfter,
            Subject = subject,
            SubjectPublicKeyInfo = subjectPublicKeyInfo,
            Extensions = extensions,
        };
    }

    /// <summary>A serial number is not negative and of at most 20 octets (RFC 5280 §4.1.2.2); empty for zero.</summary>
    private static string ReadSerialNumber(AsnReader reader)
    {
        var bytes = reader.ReadIntegerBytes().Span;
        var digits = bytes[0] == 0 ? bytes[1..] : bytes;
        if (bytes[0] >= 0x80 || bytes.Length > 20)
        {
            throw new AsnContentException("The serial number is negative or too long.");
        }

        return Convert.ToHexStringLower(digits);
    }
}
