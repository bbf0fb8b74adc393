namespace Pulse.Certs;

/// <summary>A certificate is on hold, and the revocation view shows it.</summary>
/// <param name="Device">The device it was issued to; null when it is a server's.</param>
/// <param name="SerialNumber">Lower-case hexadecimal digits.</param>
/// <param name="HeldAt">When the hold began, UTC.</param>
/// <param name="Repeated">Whether it had been on hold before and was asked for again.</param>
public sealed record CertificateHeld(DeviceSubject? Device, string SerialNumber, DateTimeOffset HeldAt, bool Repeated);
