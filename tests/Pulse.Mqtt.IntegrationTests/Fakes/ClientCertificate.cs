using System.Security.Cryptography.X509Certificates;

namespace Pulse.Mqtt.IntegrationTests;

/// <summary>A device's certificate, for programs in this process and outside it.</summary>
public sealed record ClientCertificate(DeviceKey Device, X509Certificate2 Certificate, string CertificateFile, string KeyFile)
{
    public string Serial => Certificate.SerialNumber.ToLowerInvariant();

    public string Topic(string suffix) => $"tenant/{Device.TenantId}/device/{Device.DeviceId}/{suffix}";
}
