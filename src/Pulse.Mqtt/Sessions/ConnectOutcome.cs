using MQTTnet.Formatter;
using MQTTnet.Packets;

namespace Pulse.Mqtt;

/// <summary>A CONNECT decided: a session and the packet for the broker, or the last words to the client.</summary>
internal sealed class ConnectOutcome
{
    public ClientSession? Session { get; private init; }

    public MqttConnectPacket? Packet { get; private init; }

    public MqttPacketFormatterAdapter? Formatter { get; private init; }

    public string Reason { get; private init; } = string.Empty;

    /// <summary>The CONNACK of a refusal; empty when the client gets none.</summary>
    public ReadOnlyMemory<byte> Answer { get; private init; }

    public static ConnectOutcome Accepted(ClientSession session, MqttConnectPacket packet, MqttPacketFormatterAdapter formatter) =>
        new() { Session = session, Packet = packet, Formatter = formatter };

    /// <summary>Refuses; <paramref name="reason"/> is a closed set, it becomes a metric tag.</summary>
    public static ConnectOutcome Refused(string reason, ReadOnlyMemory<byte> answer) => new() { Reason = reason, Answer = answer };
}
