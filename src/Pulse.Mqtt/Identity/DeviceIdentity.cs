using System.Text;

namespace Pulse.Mqtt;

/// <summary>Who a device connection is, prepared for checks on bytes.</summary>
internal sealed class DeviceIdentity
{
    public DeviceIdentity(TrustedCertificate certificate)
    {
        Certificate = certificate;
        var device = certificate.Device;
        TopicPrefix = Encoding.ASCII.GetBytes(PrefixOf(device));
        AclClient = new AclClient(device.MqttName, device.MqttName);
        ReadableTopics = [.. DeviceTopics.All
            .Where(static topic => topic.Access == AclAccess.Read)
            .Select(topic => Encoding.ASCII.GetBytes(PrefixOf(device) + topic.Suffix))];
    }

    public TrustedCertificate Certificate { get; }

    public DeviceKey Device => Certificate.Device;

    public byte[] TopicPrefix { get; }

    public IReadOnlyList<byte[]> ReadableTopics { get; }

    public AclClient AclClient { get; }

    public string TopicOf(IngestKind kind) => PrefixOf(Device) + DeviceTopic.SuffixOf(kind);

    private static string PrefixOf(DeviceKey device) => $"tenant/{device.TenantId}/device/{device.DeviceId}/";
}
