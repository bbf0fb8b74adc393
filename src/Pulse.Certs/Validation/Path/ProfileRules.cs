using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace Pulse.Certs;

/// <summary>
/// What RFC 5280 §4 asks of every certificate whatever its place in a path. A certificate outside the profile is refused, not mended:
/// where one reader mends what another does not, the two see different certificates.
/// </summary>
internal static class ProfileRules
{
    private static readonly HashSet<string> Understood =
    [
        Oids.BasicConstraints, Oids.KeyUsage, Oids.ExtendedKeyUsage, Oids.SubjectAlternativeName, Oids.NameConstraints,
        Oids.CertificatePolicies, Oids.PolicyMappings, Oids.PolicyConstraints, Oids.InhibitAnyPolicy, Oids.CrlDistributionPoints,
    ];

    private static readonly HashSet<string> NeverCritical =
    [
        Oids.AuthorityKeyIdentifier, Oids.SubjectKeyIdentifier, Oids.AuthorityInformationAccess, Oids.SubjectInformationAccess, Oids.FreshestCrl,
    ];

    private static readonly HashSet<string> AlwaysCritical = [Oids.NameConstraints, Oids.PolicyConstraints, Oids.InhibitAnyPolicy];

    /// <exception cref="AsnContentException">An extension is not DER.</exception>
    public static CertificateRefusal Check(PathCertificate certificate)
    {
        var refusal = CheckExtensions(certificate);
        refusal = refusal == CertificateRefusal.None ? CheckKeyIdentifiers(certificate) : refusal;
        refusal = refusal == CertificateRefusal.None ? CheckRole(certificate) : refusal;
        return refusal == CertificateRefusal.None ? CheckNames(certificate) : refusal;
    }

    private static CertificateRefusal CheckExtensions(PathCertificate certificate)
    {
        foreach (var extension in certificate.Parsed.Extensions)
        {
            if (extension.Critical ? NeverCritical.Contains(extension.Oid) : AlwaysCritical.Contains(extension.Oid))
            {
                return CertificateRefusal.CriticalityInvalid;
            }
        }

        if (CertificateRules.HasUnknownCritical(certificate.Parsed, Understood))
        {
            return CertificateRefusal.CriticalExtensionUnknown;
        }

        CheckInformationAccess(certificate.Parsed);
        return CertificateRefusal.None;
    }

    private static CertificateRefusal CheckKeyIdentifiers(PathCertificate certificate)
    {
        var namesNoKey = certificate.AuthorityKeyId is { Length: 0 };
        var hasNoKey = certificate.IsAuthority && certificate.SubjectKeyId.Length == 0;
        return namesNoKey || hasNoKey ? CertificateRefusal.KeyIdentifierInvalid : CertificateRefusal.None;
    }

    private static CertificateRefusal CheckRole(PathCertificate certificate)
    {
        if (certificate.IsAuthority)
        {
            var isCritical = certificate.Parsed.Find(Oids.BasicConstraints)!.Value.Critical;
            return isCritical ? CertificateRules.CheckAuthority(certificate.Basic, certificate.Usage) : CertificateRefusal.CriticalityInvalid;
        }

        // These speak of certificates a CA signs (RFC 5280 §4.2.1.5, §4.2.1.9, §4.2.1.10, §4.2.1.11).
        if (certificate.Constraints is not null)
        {
            return CertificateRefusal.NameConstraintsMisplaced;
        }

        if (certificate.Basic?.PathLength is not null)
        {
            return CertificateRefusal.BasicConstraintsInvalid;
        }

        var usage = certificate.Usage ?? X509KeyUsageFlags.None;
        return (usage & X509KeyUsageFlags.KeyCertSign) == 0 ? CertificateRefusal.None : CertificateRefusal.KeyUsageInvalid;
    }

    private static CertificateRefusal CheckNames(PathCertificate certificate)
    {
        if (certificate.HasEmptyIssuer || (certificate.HasEmptySubject && certificate.IsAuthority))
        {
            return CertificateRefusal.NameInvalid;
        }

        if (certificate.HasEmptySubject && certificate.Parsed.Find(Oids.SubjectAlternativeName)?.Critical != true)
        {
            return CertificateRefusal.NameInvalid;
        }

        foreach (var name in certificate.AlternativeNames)
        {
            if (!IsWellFormed(name))
            {
                return CertificateRefusal.NameInvalid;
            }
        }

        return CertificateRefusal.None;
    }

    private static bool IsWellFormed(GeneralName name) => name.Form switch
    {
        GeneralNameForm.Dns => NameSyntax.IsHostPattern(name.Text),
        GeneralNameForm.Email => NameSyntax.SplitMailbox(name.Text) > 0,
        GeneralNameForm.Uri => NameSyntax.IsUri(name.Text),
        GeneralNameForm.Address => IsAddress(name.Value.Span),
        _ => true,
    };

    /// <summary>An IPv4 address inside an IPv6 one would be two names for one host, of which constraints see only one.</summary>
    private static bool IsAddress(ReadOnlySpan<byte> octets)
    {
        if (octets.Length == 4)
        {
            return true;
        }

        return octets.Length == 16 && !new System.Net.IPAddress(octets).IsIPv4MappedToIPv6;
    }

    private static void CheckInformationAccess(ParsedCertificate certificate)
    {
        if (certificate.Find(Oids.AuthorityInformationAccess) is not { } access)
        {
            return;
        }

        var outer = new AsnReader(access.Value, AsnEncodingRules.DER);
        var descriptions = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        do
        {
            var description = descriptions.ReadSequence();
            description.ReadObjectIdentifier();
            GeneralName.Read(description);
            description.ThrowIfNotEmpty();
        }
        while (descriptions.HasData);
    }
}
