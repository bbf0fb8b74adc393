using System.Security.Cryptography;

namespace Pulse.Certs;

/// <summary>A certificate this authority issued.</summary>
public sealed class IssuedCertificate
{
    internal IssuedCertificate(ReadOnlyMemory<byte> der, DeviceSubject? device)
    {
        var certificate = ParsedCertificate.Read(der);
        Der = der;
        Device = device;
        SerialNumber = certificate.SerialNumber;
        NotBefore = certificate.NotBefore;
        NotAfter = certificate.NotAfter;
        Sha256Fingerprint = Convert.ToHexStringLower(SHA256.HashData(der.Span));
    }

    /// <summary>The serial number in lower-case hexadecimal digits; unique under its issuer.</summary>
    public string SerialNumber { get; }

    /// <summary>The certificate, DER.</summary>
    public ReadOnlyMemory<byte> Der { get; }

    /// <summary>The certificate, PEM, label CERTIFICATE.</summary>
    public string Pem => PemEncoding.WriteString("CERTIFICATE", Der.Span);

    /// <summary>First second of validity, UTC.</summary>
    public DateTimeOffset NotBefore { get; }

    /// <summary>Last second of validity, UTC.</summary>
    public DateTimeOffset NotAfter { get; }

    /// <summary>SHA-256 of <see cref="Der"/> in lower-case hexadecimal digits.</summary>
    public string Sha256Fingerprint { get; }

    /// <summary>The device; null for a server's certificate.</summary>
    public DeviceSubject? Device { get; }
}
