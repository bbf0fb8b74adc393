using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Pulse.Certs;

/// <summary>Key identifiers by RFC 7093 §2 method 1: the leftmost 160 bits of the SHA-256 of the key's bit string.</summary>
internal static class KeyIdentifier
{
    private static readonly Asn1Tag KeyIdTag = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag IssuerTag = new(TagClass.ContextSpecific, 1);
    private static readonly Asn1Tag SerialTag = new(TagClass.ContextSpecific, 2);

    public static byte[] Of(ReadOnlyMemory<byte> subjectPublicKeyInfo)
    {
        var sequence = new AsnReader(subjectPublicKeyInfo, AsnEncodingRules.DER).ReadSequence();
        sequence.ReadEncodedValue();
        return SHA256.HashData(sequence.ReadBitString(out _))[..20];
    }

    /// <exception cref="AsnContentException">Not DER.</exception>
    public static byte[] ReadSubject(ReadOnlyMemory<byte> extension)
    {
        var reader = new AsnReader(extension, AsnEncodingRules.DER);
        var identifier = reader.ReadOctetString();
        reader.ThrowIfNotEmpty();
        return identifier;
    }

    /// <summary>
    /// The key identifier of an authority key identifier extension (RFC 5280 §4.2.1.1); empty when it names its issuer in another way.
    /// </summary>
    /// <exception cref="AsnContentException">Not DER, or one half of the pair issuer and serial number.</exception>
    public static byte[] ReadAuthority(ReadOnlyMemory<byte> extension)
    {
        var outer = new AsnReader(extension, AsnEncodingRules.DER);
        var sequence = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        var identifier = IsNext(sequence, KeyIdTag) ? sequence.ReadOctetString(KeyIdTag) : [];
        var hasIssuer = IsNext(sequence, IssuerTag);
        if (hasIssuer)
        {
            GeneralName.ReadAll(sequence.ReadSequence(IssuerTag));
        }

        var hasSerial = IsNext(sequence, SerialTag);
        if (hasSerial)
        {
            sequence.ReadIntegerBytes(SerialTag);
        }

        sequence.ThrowIfNotEmpty();
        return hasIssuer == hasSerial ? identifier : throw new AsnContentException("An issuer goes with a serial number.");
    }

    private static bool IsNext(AsnReader reader, Asn1Tag tag) => reader.HasData && reader.PeekTag().HasSameClassAndValue(tag);
}
