namespace Pulse.Mqtt;

/// <summary>The identity a connection proved by its certificate.</summary>
/// <param name="Device">The device named by the certificate.</param>
/// <param name="SerialNumber">The certificate's serial number in lower-case hexadecimal.</param>
/// <param name="NotAfter">When the certificate expires.</param>
public readonly record struct TrustedCertificate(DeviceKey Device, string SerialNumber, DateTimeOffset NotAfter);
