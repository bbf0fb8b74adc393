using System.Formats.Asn1;

namespace Pulse.Certs;

/// <summary>One X.509 extension as it was encoded.</summary>
internal readonly record struct CertificateExtension(string Oid, bool Critical, ReadOnlyMemory<byte> Value)
{
    /// <summary>More than any honest certificate or request carries; bounds the work for a hostile one.</summary>
    private const int MaxCount = 32;

    /// <summary>Reads <c>Extensions ::= SEQUENCE SIZE (1..MAX) OF Extension</c>; a repeated identifier is an error (RFC 5280 §4.2).</summary>
    /// <exception cref="AsnContentException">Not DER, empty, repeated, or too many.</exception>
    public static IReadOnlyList<CertificateExtension> ReadAll(AsnReader parent)
    {
        var sequence = parent.ReadSequence();
        var found = new List<CertificateExtension>();
        while (sequence.HasData)
        {
            var extension = Read(sequence.ReadSequence());
            if (found.Count == MaxCount || found.Exists(other => other.Oid == extension.Oid))
            {
                throw new AsnContentException("The extensions are too many or repeat an identifier.");
            }

            found.Add(extension);
        }

        return found.Count == 0 ? throw new AsnContentException("The list of extensions is empty.") : found;
    }

    private static CertificateExtension Read(AsnReader reader)
    {
        var oid = reader.ReadObjectIdentifier();
        var critical = false;
        if (reader.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean))
        {
            critical = reader.ReadBoolean();
            if (!critical)
            {
                throw new AsnContentException("DER leaves out a value equal to its default.");
            }
        }

        var value = reader.ReadOctetString();
        reader.ThrowIfNotEmpty();
        return new CertificateExtension(oid, critical, value);
    }
}
