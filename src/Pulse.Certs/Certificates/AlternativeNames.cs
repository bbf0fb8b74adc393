using System.Formats.Asn1;
using System.Net;

namespace Pulse.Certs;

/// <summary>The subject alternative name extension (RFC 5280 §4.2.1.6).</summary>
internal static class AlternativeNames
{
    private const string OurUrn = "urn:pulse:";

    private static readonly Asn1Tag DnsTag = new(TagClass.ContextSpecific, 2);
    private static readonly Asn1Tag UriTag = new(TagClass.ContextSpecific, 6);
    private static readonly Asn1Tag AddressTag = new(TagClass.ContextSpecific, 7);

    public static byte[] Write(DeviceSubject device)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER, 256);
        using (writer.PushSequence())
        {
            writer.WriteCharacterString(UniversalTagNumber.IA5String, device.SubjectAlternativeName, UriTag);
        }

        return writer.Encode();
    }

    public static byte[] Write(ServerNames names)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER, 256);
        using (writer.PushSequence())
        {
            foreach (var name in names.DnsNames)
            {
                writer.WriteCharacterString(UniversalTagNumber.IA5String, name, DnsTag);
            }

            foreach (IPAddress address in names.IPAddresses)
            {
                writer.WriteOctetString(address.GetAddressBytes(), AddressTag);
            }
        }

        return writer.Encode();
    }

    /// <summary>Every name of a subject alternative name extension.</summary>
    /// <exception cref="AsnContentException">Not DER, or empty.</exception>
    public static IReadOnlyList<GeneralName> Read(ReadOnlyMemory<byte> value)
    {
        var outer = new AsnReader(value, AsnEncodingRules.DER);
        var names = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        return GeneralName.ReadAll(names);
    }

    /// <summary>
    /// The one URI of ours among the names; null when there is none or more than one, however its letters are cased: a second
    /// reader must not find another identity than we do.
    /// </summary>
    /// <exception cref="AsnContentException">Not DER.</exception>
    public static string? ReadOurUrn(ReadOnlyMemory<byte> value)
    {
        string? found = null;
        var count = 0;
        var outer = new AsnReader(value, AsnEncodingRules.DER);
        var names = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        while (names.HasData)
        {
            if (!names.PeekTag().HasSameClassAndValue(UriTag))
            {
                names.ReadEncodedValue();
                continue;
            }

            var uri = names.ReadCharacterString(UniversalTagNumber.IA5String, UriTag);
            if (uri.StartsWith(OurUrn, StringComparison.OrdinalIgnoreCase))
            {
                count++;
                found = uri;
            }
        }

        return count == 1 ? found : null;
    }
}
