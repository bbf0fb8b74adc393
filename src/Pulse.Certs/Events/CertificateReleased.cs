namespace Pulse.Certs;

/// <summary>A hold has ended; the certificate is good again, and the revocation view shows it.</summary>
/// <param name="Device">The device it was issued to; null when it is a server's.</param>
/// <param name="SerialNumber">Lower-case hexadecimal digits.</param>
/// <param name="ReleasedAt">When, UTC.</param>
public sealed record CertificateReleased(DeviceSubject? Device, string SerialNumber, DateTimeOffset ReleasedAt);
