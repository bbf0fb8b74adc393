using MQTTnet.Protocol;

namespace Pulse.Mqtt;

/// <summary>CONNACK packets that refuse (MQTT 3.1.1 §3.2, MQTT 5.0 §3.2).</summary>
internal static class ConnectAnswers
{
    private const byte FirstByte = (int)PacketType.ConnAck << 4;

    /// <summary>For protocol names and levels this endpoint does not speak.</summary>
    public static ReadOnlyMemory<byte> UnsupportedVersion { get; } = new byte[] { FirstByte, 2, 0, 1 };

    public static ReadOnlyMemory<byte> Of(MqttConnectReasonCode code, bool isVersion5)
    {
        if (isVersion5)
        {
            return new byte[] { FirstByte, 3, 0, (byte)code, 0 };
        }

        byte returnCode = code switch
        {
            MqttConnectReasonCode.ClientIdentifierNotValid => 2,
            MqttConnectReasonCode.ServerUnavailable => 3,
            MqttConnectReasonCode.BadUserNameOrPassword => 4,
            MqttConnectReasonCode.NotAuthorized => 5,
            _ => 0,
        };

        // MQTT 3.1.1 has no word for the rest: the connection just closes.
        return returnCode == 0 ? ReadOnlyMemory<byte>.Empty : new byte[] { FirstByte, 2, 0, returnCode };
    }
}
