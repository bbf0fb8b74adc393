using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace Pulse.Certs;

/// <summary>The key usage and extended key usage extensions (RFC 5280 §4.2.1.3 and §4.2.1.12).</summary>
internal static class KeyUsages
{
    /// <exception cref="AsnContentException">Not DER, or no bit set.</exception>
    public static X509KeyUsageFlags Read(ReadOnlyMemory<byte> value)
    {
        var reader = new AsnReader(value, AsnEncodingRules.DER);
        var bits = reader.ReadBitString(out _);
        reader.ThrowIfNotEmpty();

        // The framework's flags hold the first octet in the low byte and the ninth bit, decipherOnly, above it.
        return bits.Length switch
        {
            1 => (X509KeyUsageFlags)bits[0],
            2 => (X509KeyUsageFlags)(bits[0] | (bits[1] << 8)),
            _ => throw new AsnContentException("A key usage has one to nine bits."),
        };
    }

    /// <exception cref="AsnContentException">Not DER, or empty.</exception>
    public static IReadOnlyList<string> ReadExtended(ReadOnlyMemory<byte> value)
    {
        var outer = new AsnReader(value, AsnEncodingRules.DER);
        var sequence = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        var purposes = new List<string>();
        do
        {
            purposes.Add(sequence.ReadObjectIdentifier());
        }
        while (sequence.HasData);

        return purposes;
    }
}
