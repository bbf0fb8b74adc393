using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Pulse.Certs;

/// <summary>Key identifiers by RFC 7093 §2 method 1: the leftmost 160 bits of the SHA-256 of the key's bit string.</summary>
internal static class KeyIdentifier
{
    private static readonly Asn1Tag KeyIdTag = new(TagClass.ContextSpecific, 0);

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

    /// <summary>The key identifier of an authority key identifier extension; empty when it names its issuer in another way.</summary>
    /// <exception cref="AsnContentException">Not DER.</exception>
    public static byte[] ReadAuthority(ReadOnlyMemory<byte> extension)
    {
        var outer = new AsnReader(extension, AsnEncodingRules.DER);
        var sequence = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        return sequence.HasData && sequence.PeekTag().HasSameClassAndValue(KeyIdTag)
            ? sequence.ReadOctetString(KeyIdTag)
            : [];
    }
}
