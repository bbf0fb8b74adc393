namespace Pulse.Certs;

/// <summary>A device's certificate got a successor.</summary>
/// <param name="Device">The device of both.</param>
/// <param name="SerialNumber">The older certificate, lower-case hexadecimal digits.</param>
/// <param name="Successor">The new certificate.</param>
/// <param name="RevokeAfter">When the older one is revoked at the latest, UTC; earlier when the new one is seen in use.</param>
public sealed record CertificateRotated(
    DeviceSubject Device, string SerialNumber, IssuedCertificate Successor, DateTimeOffset RevokeAfter);
