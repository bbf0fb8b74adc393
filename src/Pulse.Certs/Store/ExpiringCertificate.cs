namespace Pulse.Certs;

/// <summary>A device's certificate that is about to end and that nothing replaces yet.</summary>
/// <param name="IssuerId">The issuer, lower-case hexadecimal digits.</param>
/// <param name="SerialNumber">Lower-case hexadecimal digits.</param>
/// <param name="Device">The device.</param>
/// <param name="NotBefore">First second of validity, UTC.</param>
/// <param name="NotAfter">Last second of validity, UTC.</param>
/// <param name="Noticed">The thresholds announced already.</param>
public sealed record ExpiringCertificate(
    string IssuerId,
    string SerialNumber,
    DeviceSubject Device,
    DateTimeOffset NotBefore,
    DateTimeOffset NotAfter,
    IReadOnlyList<string> Noticed);
