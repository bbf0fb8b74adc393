using System.Formats.Asn1;
using System.Numerics;

namespace Pulse.Certs;

/// <summary>Takes a CRL apart: version 2 with all RFC 5280 §5 asks of one, and nothing critical that is not known.</summary>
internal static class CrlReader
{
    private const int MaxNumberLength = 20;

    private static readonly Asn1Tag ExtensionsTag = new(TagClass.ContextSpecific, 0);

    /// <exception cref="AsnContentException">The bytes are not such a CRL.</exception>
    public static CertificateRevocationList Read(ReadOnlyMemory<byte> der)
    {
        var outer = new AsnReader(der, AsnEncodingRules.DER);
        var list = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        var toBeSigned = list.ReadEncodedValue();
        var algorithm = list.ReadEncodedValue();
        var signature = list.ReadBitString(out var unusedBits);
        list.ThrowIfNotEmpty();
        if (unusedBits != 0)
        {
            throw new AsnContentException("A signature is whole octets.");
        }

        var reader = new AsnReader(toBeSigned, AsnEncodingRules.DER).ReadSequence();
        if (reader.ReadInteger() != 1)
        {
            throw new AsnContentException("Only version 2 CRLs are read.");
        }

        if (!reader.ReadEncodedValue().Span.SequenceEqual(algorithm.Span))
        {
            throw new AsnContentException("The two signature algorithms differ.");
        }

        var issuer = reader.ReadEncodedValue();
        DistinguishedName.Read(issuer);
        var (thisUpdate, nextUpdate) = (DerTime.Read(reader), DerTime.Read(reader));
        var entries = reader.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence) ? ReadEntries(reader) : default;
        var wrapper = reader.ReadSequence(ExtensionsTag);
        var extensions = CertificateExtension.ReadAll(wrapper);
        wrapper.ThrowIfNotEmpty();
        reader.ThrowIfNotEmpty();

        RefuseUnknown(extensions);
        var header = new CrlHeader
        {
            ToBeSigned = toBeSigned,
            Algorithm = algorithm,
            Signature = signature,
            Issuer = issuer,
            ThisUpdate = thisUpdate,
            NextUpdate = nextUpdate,
            AuthorityKeyId = ReadAuthorityKeyId(extensions),
            Number = ReadNumber(Find(extensions, Oids.CrlNumber, critical: false) ?? throw new AsnContentException("A CRL has a number.")),
            BaseNumber = Find(extensions, Oids.DeltaCrlIndicator, critical: true) is { } indicator ? ReadNumber(indicator) : null,
            Scope = Find(extensions, Oids.IssuingDistributionPoint, critical: true) is { } scope
                ? IssuingDistributionPoint.Read(scope)
                : IssuingDistributionPoint.None,
        };
        return header.NextUpdate > header.ThisUpdate
            ? new CertificateRevocationList(header, CrlEntries.Read(entries, issuer, header.Scope.IsIndirect, header.BaseNumber is not null))
            : throw new AsnContentException("The next update comes after this one.");
    }

    private static ReadOnlyMemory<byte> ReadEntries(AsnReader reader)
    {
        var encoded = reader.ReadEncodedValue();
        AsnDecoder.ReadSequence(encoded.Span, AsnEncodingRules.DER, out var offset, out var length, out _);
        return length > 0 ? encoded.Slice(offset, length) : throw new AsnContentException("An empty list is left out (RFC 5280 §5.1.2.6).");
    }

    private static void RefuseUnknown(IReadOnlyList<CertificateExtension> extensions)
    {
        foreach (var extension in extensions)
        {
            var mayBeCritical = extension.Oid is Oids.DeltaCrlIndicator or Oids.IssuingDistributionPoint;
            if (extension.Critical && !mayBeCritical)
            {
                throw new AsnContentException("A critical extension is not known, or may not be critical.");
            }
        }
    }

    /// <summary>The value of an extension; null without it.</summary>
    private static ReadOnlyMemory<byte>? Find(IReadOnlyList<CertificateExtension> extensions, string oid, bool critical)
    {
        foreach (var extension in extensions)
        {
            if (extension.Oid == oid)
            {
                return extension.Critical == critical
                    ? extension.Value
                    : throw new AsnContentException("An extension is critical, or not, against RFC 5280 §5.2.");
            }
        }

        return null;
    }

    private static byte[] ReadAuthorityKeyId(IReadOnlyList<CertificateExtension> extensions)
    {
        var identifier = Find(extensions, Oids.AuthorityKeyIdentifier, critical: false) is { } value ? KeyIdentifier.ReadAuthority(value) : [];
        return identifier.Length > 0 ? identifier : throw new AsnContentException("A CRL names the key it is signed with.");
    }

    private static BigInteger ReadNumber(ReadOnlyMemory<byte> value)
    {
        var reader = new AsnReader(value, AsnEncodingRules.DER);
        var octets = reader.ReadIntegerBytes();
        reader.ThrowIfNotEmpty();
        return octets.Length <= MaxNumberLength && octets.Span[0] < 0x80
            ? new BigInteger(octets.Span, isUnsigned: false, isBigEndian: true)
            : throw new AsnContentException("A CRL number is not negative and of at most 20 octets.");
    }
}
