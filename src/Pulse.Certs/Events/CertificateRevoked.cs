namespace Pulse.Certs;

/// <summary>A certificate is revoked, and the revocation view shows it.</summary>
/// <param name="Device">The device it was issued to; null when it is a server's.</param>
/// <param name="SerialNumber">Lower-case hexadecimal digits.</param>
/// <param name="Reason">The reason that stands.</param>
/// <param name="RevokedAt">When it was first revoked or put on hold, UTC.</param>
/// <param name="Repeated">Whether it had been revoked before and was asked for again.</param>
public sealed record CertificateRevoked(
    DeviceSubject? Device, string SerialNumber, RevocationReason Reason, DateTimeOffset RevokedAt, bool Repeated);
