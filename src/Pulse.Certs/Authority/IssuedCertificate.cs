using System.Security.Cryptography;

namespace Pulse.Certs;

/// <summary>A certificate this authority issued.</summary>
public sealed class IssuedCertificate
{
    internal IssuedCertificate(CertificateRecord record)
    {
        Der = record.Der;
        Device = record.Device;
        SerialNumber = record.SerialNumber;
        NotBefore = record.NotBefore;
        NotAfter = record.NotAfter;
        Sha256Fingerprint = record.Sha256;
        IsHeld = record.Revocation is { IsHold: true };
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

    /// <summary>Whether it was on hold when it was read from the store.</summary>
    public bool IsHeld { get; }
}
