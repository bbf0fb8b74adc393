using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace Pulse.Certs;

/// <summary>Reads PKCS #10 requests (RFC 2986) under DER rules, cheapest refusal first: size, form, algorithm, key, proof of possession.</summary>
internal static class CertificateRequestReader
{
    private static readonly Asn1Tag AttributesTag = new(TagClass.ContextSpecific, 0);

    /// <summary>What a request may ask for and not get: the template decides. Anything else critical is refused.</summary>
    private static readonly HashSet<string> Known =
    [
        Oids.BasicConstraints, Oids.KeyUsage, Oids.ExtendedKeyUsage, Oids.SubjectKeyIdentifier, Oids.AuthorityKeyIdentifier,
        Oids.SubjectAlternativeName, Oids.IssuerAlternativeName, Oids.CrlDistributionPoints, Oids.CertificatePolicies,
        Oids.AuthorityInformationAccess,
    ];

    /// <summary>Reads and proves a request; on success answers its SubjectPublicKeyInfo, the only part anyone may use.</summary>
    public static IssueRefusal Read(ReadOnlyMemory<byte> der, int maxBytes, out ReadOnlyMemory<byte> subjectPublicKeyInfo)
    {
        subjectPublicKeyInfo = default;
        if (der.Length > maxBytes)
        {
            return IssueRefusal.RequestTooLarge;
        }

        try
        {
            return ReadChecked(der, out subjectPublicKeyInfo);
        }
        catch (AsnContentException)
        {
            return IssueRefusal.RequestMalformed;
        }
    }

    private static IssueRefusal ReadChecked(ReadOnlyMemory<byte> der, out ReadOnlyMemory<byte> subjectPublicKeyInfo)
    {
        subjectPublicKeyInfo = default;
        var outer = new AsnReader(der, AsnEncodingRules.DER);
        var request = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        var information = request.ReadEncodedValue();
        var algorithmIdentifier = request.ReadEncodedValue();
        var signature = request.ReadBitString(out var unusedBits);
        request.ThrowIfNotEmpty();

        var reader = new AsnReader(information, AsnEncodingRules.DER).ReadSequence();
        if (!reader.ReadInteger().IsZero)
        {
            return IssueRefusal.VersionUnsupported;
        }

        // The subject's form is checked and its content left alone: names come from the template.
        DistinguishedName.ReadCommonName(reader.PeekEncodedValue());
        reader.ReadSequence();
        var keyInfo = reader.PeekEncodedValue();
        reader.ReadSequence();
        var extensions = ReadAttributes(reader.ReadSetOf(AttributesTag));
        reader.ThrowIfNotEmpty();

        var algorithm = SignatureAlgorithm.Find(algorithmIdentifier.Span);
        if (algorithm is null)
        {
            return IssueRefusal.AlgorithmNotAllowed;
        }

        var asked = CheckExtensions(extensions);
        if (asked != IssueRefusal.None)
        {
            return asked;
        }

        var proof = unusedBits == 0 ? Prove(keyInfo, information.Span, signature, algorithm) : IssueRefusal.RequestMalformed;
        subjectPublicKeyInfo = proof == IssueRefusal.None ? keyInfo : default;
        return proof;
    }

    /// <summary>Attributes are single-valued and unrepeated; answers the requested extensions.</summary>
    private static IReadOnlyList<CertificateExtension> ReadAttributes(AsnReader attributes)
    {
        IReadOnlyList<CertificateExtension> extensions = [];
        var seen = new HashSet<string>();
        while (attributes.HasData)
        {
            var attribute = attributes.ReadSequence();
            var type = attribute.ReadObjectIdentifier();

            // The older name of the same attribute counts as the same: two lists of extensions are one too many.
            type = type == Oids.MicrosoftExtensionRequest ? Oids.ExtensionRequest : type;
            var values = attribute.ReadSetOf();
            attribute.ThrowIfNotEmpty();
            if (!seen.Add(type))
            {
                throw new AsnContentException("An attribute is repeated.");
            }

            if (type == Oids.ExtensionRequest)
            {
                extensions = CertificateExtension.ReadAll(values);
            }
            else
            {
                values.ReadEncodedValue();
            }

            values.ThrowIfNotEmpty();
        }

        return extensions;
    }

    private static IssueRefusal CheckExtensions(IReadOnlyList<CertificateExtension> extensions)
    {
        foreach (var extension in extensions)
        {
            if (AsksForAuthority(extension))
            {
                return IssueRefusal.AuthorityRequested;
            }

            if (extension.Critical && !Known.Contains(extension.Oid))
            {
                return IssueRefusal.CriticalExtensionUnknown;
            }
        }

        return IssueRefusal.None;
    }

    private static bool AsksForAuthority(CertificateExtension extension)
    {
        const X509KeyUsageFlags AuthorityUsages = X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign;
        return extension.Oid switch
        {
            Oids.BasicConstraints => AsksForAuthority(BasicConstraints.Read(extension.Value)),
            Oids.KeyUsage => (KeyUsages.Read(extension.Value) & AuthorityUsages) != 0,
            Oids.NameConstraints => true,
            _ => false,
        };
    }

    private static bool AsksForAuthority(BasicConstraints constraints) => constraints.IsAuthority || constraints.HasPathLength;

    private static IssueRefusal Prove(
        ReadOnlyMemory<byte> keyInfo, ReadOnlySpan<byte> information, byte[] signature, SignatureAlgorithm algorithm)
    {
        var fault = PublicKey.TryRead(keyInfo, out var key);
        using (key)
        {
            return fault switch
            {
                PublicKeyFault.Invalid => IssueRefusal.KeyInvalid,
                PublicKeyFault.Weak => IssueRefusal.KeyWeak,
                PublicKeyFault.NotAllowed => IssueRefusal.KeyNotAllowed,
                _ when !key!.Fits(algorithm) => IssueRefusal.AlgorithmOfOtherKey,
                _ => key.Verify(information, signature, algorithm) ? IssueRefusal.None : IssueRefusal.ProofOfPossessionFailed,
            };
        }
    }
}
