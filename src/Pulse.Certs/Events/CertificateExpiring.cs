namespace Pulse.Certs;

/// <summary>A device's certificate is about to end and has no successor.</summary>
/// <param name="Device">The device.</param>
/// <param name="SerialNumber">Lower-case hexadecimal digits.</param>
/// <param name="NotAfter">Its last second of validity, UTC.</param>
/// <param name="Threshold">What was crossed: <c>30d</c> for a time before the end, <c>33%</c> for a share of a short life that is left.</param>
public sealed record CertificateExpiring(DeviceSubject Device, string SerialNumber, DateTimeOffset NotAfter, string Threshold);
