using System.Formats.Asn1;

namespace Pulse.Certs;

/// <summary>The names a request asks for. They decide nothing about the certificate; EST wants them compared (RFC 7030 §4.2.2).</summary>
internal sealed class RequestedNames
{
    private static readonly Asn1Tag AttributesTag = new(TagClass.ContextSpecific, 0);

    private readonly ReadOnlyMemory<byte> _subject;
    private readonly ReadOnlyMemory<byte> _alternativeNames;

    private RequestedNames(ReadOnlyMemory<byte> subject, ReadOnlyMemory<byte> alternativeNames)
    {
        _subject = subject;
        _alternativeNames = alternativeNames;
    }

    /// <summary>Reads the names; null when the bytes are no request, which <see cref="CertificateRequestReader"/> says better.</summary>
    public static RequestedNames? Read(ReadOnlyMemory<byte> csrDer)
    {
        try
        {
            var information = new AsnReader(csrDer, AsnEncodingRules.DER).ReadSequence().ReadSequence();
            information.ReadInteger();
            var subject = information.ReadEncodedValue();
            information.ReadEncodedValue();
            return new RequestedNames(subject, ReadAlternativeNames(information.ReadSetOf(AttributesTag)));
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    /// <summary>Whether subject and alternative names are the certificate's, byte for byte.</summary>
    public bool AreThoseOf(ParsedCertificate certificate)
    {
        var names = certificate.Find(Oids.SubjectAlternativeName) is { } extension ? extension.Value : default;
        return _subject.Span.SequenceEqual(certificate.Subject.Span) && _alternativeNames.Span.SequenceEqual(names.Span);
    }

    private static ReadOnlyMemory<byte> ReadAlternativeNames(AsnReader attributes)
    {
        while (attributes.HasData)
        {
            var attribute = attributes.ReadSequence();
            if (attribute.ReadObjectIdentifier() is not (Oids.ExtensionRequest or Oids.MicrosoftExtensionRequest))
            {
                continue;
            }

            foreach (var extension in CertificateExtension.ReadAll(attribute.ReadSetOf()))
            {
                if (extension.Oid == Oids.SubjectAlternativeName)
                {
                    return extension.Value;
                }
            }
        }

        return default;
    }
}
