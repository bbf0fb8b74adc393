namespace Pulse.Certs;

/// <summary>A certificate that has a successor and is still good, until the overlap ends.</summary>
/// <param name="Device">The device of both.</param>
/// <param name="SerialNumber">The older certificate.</param>
/// <param name="SuccessorSerialNumber">The one that replaces it.</param>
/// <param name="RevokeAfter">When the older one is to be revoked at the latest, UTC.</param>
public sealed record CertificateOverlap(
    DeviceSubject Device, string SerialNumber, string SuccessorSerialNumber, DateTimeOffset RevokeAfter);
