namespace Pulse.Mqtt;

/// <summary>The fixed header of a packet (MQTT 5.0 §2.1). The default value means the end of the stream.</summary>
/// <param name="FirstByte">Type and flags; 0, which no packet has, at the end of the stream or when malformed.</param>
/// <param name="Length">Bytes that follow the fixed header.</param>
/// <param name="IsMalformed">The bytes are no fixed header.</param>
internal readonly record struct PacketHead(byte FirstByte, int Length, bool IsMalformed)
{
    public PacketType Type => (PacketType)(FirstByte >> 4);

    public byte Flags => (byte)(FirstByte & 0x0F);

    public bool IsEnd => FirstByte == 0 && !IsMalformed;

    /// <summary>Flags other than PUBLISH's are fixed (MQTT 5.0 §2.1.3).</summary>
    public bool HasValidFlags => Type switch
    {
        PacketType.Publish => true,
        PacketType.PubRel or PacketType.Subscribe or PacketType.Unsubscribe => Flags == 0b0010,
        _ => Flags == 0,
    };
}
