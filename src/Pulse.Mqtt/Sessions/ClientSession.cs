namespace Pulse.Mqtt;

/// <summary>What CONNECT settled.</summary>
internal sealed class ClientSession
{
    /// <summary>The name inside the endpoint: a device's MQTT name, or <c>s/…</c> for a service, which no device can have.</summary>
    public required string Id { get; init; }

    /// <summary>Who asks in ACL checks.</summary>
    public required AclClient AclClient { get; init; }

    /// <summary>The device; <see langword="null"/> for a service.</summary>
    public DeviceIdentity? Device { get; init; }

    public required bool IsVersion5 { get; init; }

    /// <summary>Longest silence promised by the client.</summary>
    public required TimeSpan KeepAlive { get; init; }

    /// <summary>The keep-alive to announce when it is not the client's own.</summary>
    public ushort ServerKeepAlive { get; init; }

    /// <summary>The client id to announce when it is not the client's own.</summary>
    public string? AssignedClientId { get; init; }

    /// <summary>Largest packet the client takes; 0 for no limit.</summary>
    public uint MaxPacketSize { get; init; }
}
