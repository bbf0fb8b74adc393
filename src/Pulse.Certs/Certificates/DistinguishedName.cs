using System.Formats.Asn1;

namespace Pulse.Certs;

/// <summary>Distinguished names as DER; built from typed values and never by way of text.</summary>
internal static class DistinguishedName
{
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
