namespace Pulse.Mqtt;

/// <summary>What the handshake proved; travels with the connection.</summary>
internal sealed class DeviceTlsFeature(TrustedCertificate certificate)
{
    public TrustedCertificate Certificate => certificate;
}
