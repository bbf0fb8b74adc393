namespace Pulse.Mqtt;

/// <summary>Sizes checked before anything is buffered.</summary>
internal static class PacketLimits
{
    /// <summary>A CONNECT, and every packet that is no PUBLISH.</summary>
    public const int MaxControlPacket = 16 * 1024;

    /// <summary>Topic, packet identifier and properties of a PUBLISH.</summary>
    public const int MaxPublishHeader = 4 * 1024;

    /// <summary>A PUBLISH that is still passed over and quarantined; a longer one ends the connection.</summary>
    public const int MaxSkippedPublish = 1024 * 1024;

    /// <summary>Filters of one SUBSCRIBE.</summary>
    public const int MaxFilters = 64;
}
