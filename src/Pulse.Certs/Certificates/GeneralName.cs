using System.Formats.Asn1;

namespace Pulse.Certs;

/// <summary>
/// One GeneralName (RFC 5280 §4.2.1.6). <paramref name="Text"/> holds the forms written in IA5 characters, <paramref name="Value"/>
/// all others: the octets of an address, the DER of a directory name, the whole element otherwise.
/// </summary>
internal readonly record struct GeneralName(GeneralNameForm Form, string Text, ReadOnlyMemory<byte> Value)
{
    /// <summary>Reads the names inside <c>GeneralNames ::= SEQUENCE SIZE (1..MAX) OF GeneralName</c>.</summary>
    /// <exception cref="AsnContentException">Not DER, empty, or a form there is not.</exception>
    public static IReadOnlyList<GeneralName> ReadAll(AsnReader sequence)
    {
        var names = new List<GeneralName>();
        do
        {
            names.Add(Read(sequence));
        }
        while (sequence.HasData);

        return names;
    }

    /// <exception cref="AsnContentException">Not DER, or a form there is not.</exception>
    public static GeneralName Read(AsnReader reader)
    {
        var tag = reader.PeekTag();
        if (tag.TagClass != TagClass.ContextSpecific || tag.TagValue > (int)GeneralNameForm.RegisteredId)
        {
            throw new AsnContentException("There is no such form of name.");
        }

        var form = (GeneralNameForm)tag.TagValue;
        switch (form)
        {
            case GeneralNameForm.Email or GeneralNameForm.Dns or GeneralNameForm.Uri:
                return new GeneralName(form, reader.ReadCharacterString(UniversalTagNumber.IA5String, tag), default);
            case GeneralNameForm.Address:
                return new GeneralName(form, string.Empty, reader.ReadOctetString(tag));
            case GeneralNameForm.Directory:
                var explicitly = reader.ReadSequence(tag);
                var name = explicitly.ReadEncodedValue();
                explicitly.ThrowIfNotEmpty();
                DistinguishedName.Read(name);
                return new GeneralName(form, string.Empty, name);
            default:
                return new GeneralName(form, string.Empty, reader.ReadEncodedValue());
        }
    }

    /// <summary>The same name, byte for byte: what a distribution point is recognised by.</summary>
    public bool Matches(GeneralName other) => Form == other.Form && Text == other.Text && Value.Span.SequenceEqual(other.Value.Span);
}
