using System.Security.Cryptography.X509Certificates;

namespace Pulse.Certs;

/// <summary>The rules that hold for one certificate by itself, whoever asks: the device's validator, the path's, and whoever takes an issuer.</summary>
internal static class CertificateRules
{
    private const X509KeyUsageFlags AuthorityUsages = X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign;

    /// <summary>Validity is in whole seconds, both ends included (RFC 5280 §4.1.2.5): the fraction of the clock's second is cut off.</summary>
    public static CertificateRefusal CheckTime(ParsedCertificate certificate, DateTimeOffset now)
    {
        var second = DerTime.Truncate(now);
        if (second < certificate.NotBefore)
        {
            return CertificateRefusal.NotYetValid;
        }

        return second > certificate.NotAfter ? CertificateRefusal.Expired : CertificateRefusal.None;
    }

    /// <summary>Whether a critical extension is none of those understood (RFC 5280 §4.2).</summary>
    public static bool HasUnknownCritical(ParsedCertificate certificate, HashSet<string> understood)
    {
        foreach (var extension in certificate.Extensions)
        {
            if (extension.Critical && !understood.Contains(extension.Oid))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the certificate says it is an authority's and may sign certificates (RFC 5280 §4.2.1.3, §4.2.1.9).</summary>
    public static CertificateRefusal CheckAuthority(BasicConstraints? constraints, X509KeyUsageFlags? usage)
    {
        if (constraints?.IsAuthority != true)
        {
            return CertificateRefusal.BasicConstraintsInvalid;
        }

        return usage is null || (usage.Value & X509KeyUsageFlags.KeyCertSign) != 0
            ? CertificateRefusal.None
            : CertificateRefusal.KeyUsageInvalid;
    }

    /// <summary>Whether the usage is a device's: it signs handshakes, and neither certificates nor CRLs.</summary>
    public static bool IsDeviceUsage(X509KeyUsageFlags usage) =>
        (usage & (X509KeyUsageFlags.DigitalSignature | AuthorityUsages)) == X509KeyUsageFlags.DigitalSignature;
}
