using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Pulse.Certs;

/// <summary>Key usage, purpose and host name: what a path is used for, beyond RFC 5280 §6.1.</summary>
internal static class PathPurposeRules
{
    /// <summary>Key usages of a TLS server: it signs, or in TLS 1.2 decrypts or agrees (RFC 5280 §4.2.1.12).</summary>
    private const X509KeyUsageFlags ServerUsages =
        X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment | X509KeyUsageFlags.KeyAgreement;

    public static CertificateRefusal CheckLeaf(PathCertificate leaf, CertificatePathPurpose purpose)
    {
        var needed = purpose switch
        {
            CertificatePathPurpose.Client => X509KeyUsageFlags.DigitalSignature,
            CertificatePathPurpose.Server => ServerUsages,
            _ => X509KeyUsageFlags.None,
        };

        // An authority that shows its own certificate could as well sign itself one with the right usage: RFC 5280 asks nothing of it.
        var usage = leaf.IsAuthority ? needed : leaf.Usage ?? needed;
        if (needed != X509KeyUsageFlags.None && (usage & needed) == 0)
        {
            return CertificateRefusal.KeyUsageInvalid;
        }

        // anyExtendedKeyUsage stands for no purpose in particular: it may be refused where one is needed (RFC 5280 §4.2.1.12).
        var oid = OidOf(purpose);
        return oid is null || leaf.Purposes?.Contains(oid) != false ? CertificateRefusal.None : CertificateRefusal.PurposeInvalid;
    }

    /// <summary>An issuer with an extended key usage issues for these purposes alone.</summary>
    public static CertificateRefusal CheckIssuer(PathCertificate issuer, CertificatePathPurpose purpose)
    {
        var oid = OidOf(purpose);
        if (oid is null || issuer.Purposes is not { } purposes)
        {
            return CertificateRefusal.None;
        }

        return purposes.Contains(oid) || purposes.Contains(Oids.AnyExtendedKeyUsage) ? CertificateRefusal.None : CertificateRefusal.PurposeInvalid;
    }

    /// <summary>RFC 5280 §6.3.3 (f): a key usage, where there is one, allows signing CRLs.</summary>
    public static bool MaySignLists(PathCertificate signer) => ((signer.Usage ?? X509KeyUsageFlags.CrlSign) & X509KeyUsageFlags.CrlSign) != 0;

    /// <summary>RFC 9525 §6: an address is compared with addresses, a name with names, the common name with nothing.</summary>
    public static bool HasHost(PathCertificate leaf, string host)
    {
        if (IPAddress.TryParse(host, out var address))
        {
            var octets = address.GetAddressBytes();
            return leaf.AlternativeNames.Any(name => name.Form == GeneralNameForm.Address && name.Value.Span.SequenceEqual(octets));
        }

        return NameSyntax.IsHost(host) && leaf.AlternativeNames.Any(name => name.Form == GeneralNameForm.Dns && IsHost(name.Text, host));
    }

    private static bool IsHost(string pattern, string host)
    {
        if (!NameSyntax.IsWildcard(pattern))
        {
            return string.Equals(pattern, host, StringComparison.OrdinalIgnoreCase);
        }

        var dot = host.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && host.AsSpan(dot).Equals(pattern.AsSpan(1), StringComparison.OrdinalIgnoreCase);
    }

    private static string? OidOf(CertificatePathPurpose purpose) => purpose switch
    {
        CertificatePathPurpose.Client => Oids.ClientAuthentication,
        CertificatePathPurpose.Server => Oids.ServerAuthentication,
        _ => null,
    };
}
