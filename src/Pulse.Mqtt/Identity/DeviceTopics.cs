namespace Pulse.Mqtt;

/// <summary>The topics below <c>tenant/{t}/device/{d}/</c>: four a device writes, two it reads. There are no others.</summary>
internal static class DeviceTopics
{
    public static IReadOnlyList<(AclAccess Access, string Suffix)> All { get; } =
    [
        (AclAccess.Write, "telemetry"),
        (AclAccess.Write, "heartbeat"),
        (AclAccess.Write, "shadow/reported"),
        (AclAccess.Write, "commands/ack"),
        (AclAccess.Read, "shadow/desired"),
        (AclAccess.Read, "commands"),
    ];
}
