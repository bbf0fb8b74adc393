using System.Formats.Asn1;

namespace Pulse.Certs;

/// <summary>Distinguished names as DER; built from typed values and never by way of text.</summary>
internal static class DistinguishedName
{
    private static readonly HashSet<UniversalTagNumber> TextTypes =
    [
        UniversalTagNumber.UTF8String, UniversalTagNumber.PrintableString, UniversalTagNumber.IA5String, UniversalTagNumber.T61String,
        UniversalTagNumber.BMPString, UniversalTagNumber.VisibleString, UniversalTagNumber.NumericString,
    ];

    /// <summary>A name of one common name; without one, the empty name.</summary>
    public static byte[] Write(string? commonName)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER, 128);
        using (writer.PushSequence())
        {
            if (commonName is not null)
            {
                using (writer.PushSetOf())
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(Oids.CommonName);
                    writer.WriteCharacterString(UniversalTagNumber.UTF8String, commonName);
                }
            }
        }

        return writer.Encode();
    }

    /// <summary>The name's only common name; null when there is none, more than one, or one of an outdated text type.</summary>
    /// <exception cref="AsnContentException">The name is not DER.</exception>
    public static string? ReadCommonName(ReadOnlyMemory<byte> name)
    {
        string? found = null;
        var count = 0;
        var outer = new AsnReader(name, AsnEncodingRules.DER);
        var sequence = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        while (sequence.HasData)
        {
            var set = sequence.ReadSetOf();
            do
            {
                var attribute = set.ReadSequence();
                if (attribute.ReadObjectIdentifier() == Oids.CommonName)
                {
                    count++;
                    found = ReadText(attribute);
                }
                else
                {
                    attribute.ReadEncodedValue();
                }

                attribute.ThrowIfNotEmpty();
            }
            while (set.HasData);
        }

        return count == 1 ? found : null;
    }

    /// <summary>
    /// The relative names, each as one text that is equal for names RFC 5280 §7.1 holds to be equal: letters without their case, runs of
    /// spaces as one, whatever the string type. Values that are no text stay their bytes.
    /// </summary>
    /// <exception cref="AsnContentException">The name is not DER.</exception>
    public static IReadOnlyList<string> Read(ReadOnlyMemory<byte> name) =>
        [.. ReadAttributes(name).Select(static rdn => string.Join('\n', rdn.Select(static a => $"{a.Oid}={Fold(a.Value)}").Order(StringComparer.Ordinal)))];

    /// <summary>The e-mail addresses among the attributes (PKCS #9).</summary>
    /// <exception cref="AsnContentException">The name is not DER.</exception>
    public static IEnumerable<string> ReadEmailAddresses(ReadOnlyMemory<byte> name) =>
        from rdn in ReadAttributes(name)
        from attribute in rdn
        where attribute.Oid == Oids.EmailAddress
        select DecodeText(attribute.Value) ?? string.Empty;

    private static List<List<(string Oid, ReadOnlyMemory<byte> Value)>> ReadAttributes(ReadOnlyMemory<byte> name)
    {
        var outer = new AsnReader(name, AsnEncodingRules.DER);
        var sequence = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        var names = new List<List<(string, ReadOnlyMemory<byte>)>>();
        while (sequence.HasData)
        {
            var set = sequence.ReadSetOf();
            var attributes = new List<(string, ReadOnlyMemory<byte>)>();
            do
            {
                var attribute = set.ReadSequence();
                attributes.Add((attribute.ReadObjectIdentifier(), attribute.ReadEncodedValue()));
                attribute.ThrowIfNotEmpty();
            }
            while (set.HasData);
            names.Add(attributes);
        }

        return names;
    }

    private static string Fold(ReadOnlyMemory<byte> value) => DecodeText(value) is { } text
        ? string.Join(' ', text.ToUpperInvariant().Split(' ', StringSplitOptions.RemoveEmptyEntries))
        : $"#{Convert.ToHexString(value.Span)}";

    private static string? DecodeText(ReadOnlyMemory<byte> value)
    {
        var reader = new AsnReader(value, AsnEncodingRules.DER);
        var tag = reader.PeekTag();
        return tag.TagClass == TagClass.Universal && TextTypes.Contains((UniversalTagNumber)tag.TagValue)
            ? reader.ReadCharacterString((UniversalTagNumber)tag.TagValue)
            : null;
    }

    private static string? ReadText(AsnReader attribute)
    {
        var tag = attribute.PeekTag();
        if (tag.HasSameClassAndValue(new Asn1Tag(UniversalTagNumber.UTF8String)))
        {
            return attribute.ReadCharacterString(UniversalTagNumber.UTF8String);
        }

        if (tag.HasSameClassAndValue(new Asn1Tag(UniversalTagNumber.PrintableString)))
        {
            return attribute.ReadCharacterString(UniversalTagNumber.PrintableString);
        }

        attribute.ReadEncodedValue();
        return null;
    }
}
