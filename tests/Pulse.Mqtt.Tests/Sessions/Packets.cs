using System.Buffers.Binary;
using System.Text;

namespace Pulse.Mqtt.Tests.Sessions;

/// <summary>Packets as bytes, so that a test can also make what no client library would.</summary>
internal static class Packets
{
    public const string PingRequest = "C000";
    public const string PingResponse = "D000";

    public static byte[] Connect(
        bool isVersion5 = true, string clientId = "c", string? user = null, string? password = null, ushort keepAlive = 60, byte flags = 2, string properties = "")
    {
        byte all = (byte)(flags | (user is null ? 0 : 0x80) | (password is null ? 0 : 0x40));
        byte[] props = isVersion5 ? WithLength(Convert.FromHexString(properties)) : [];
        return Packet(
            0x10,
            [.. Text("MQTT"), (byte)(isVersion5 ? 5 : 4), all, .. Number(keepAlive), .. props, .. Text(clientId), .. Optional(user), .. Optional(password)]);
    }

    public static byte[] Publish(
        string topic, ReadOnlySpan<byte> payload, ushort packetId = 1, int quality = 1, bool isRetain = false, bool isVersion5 = true, string properties = "")
    {
        byte[] id = quality == 0 ? [] : Number(packetId);
        byte[] props = isVersion5 ? WithLength(Convert.FromHexString(properties)) : [];
        return Packet((byte)(0x30 | (quality << 1) | (isRetain ? 1 : 0)), [.. Text(topic), .. id, .. props, .. payload]);
    }

    public static byte[] Subscribe(ushort packetId, params (string Filter, byte Quality)[] filters) => Subscribe(packetId, isVersion5: true, filters);

    public static byte[] Subscribe(ushort packetId, bool isVersion5, params (string Filter, byte Quality)[] filters)
    {
        byte[] props = isVersion5 ? [0] : [];
        return Packet(0x82, [.. Number(packetId), .. props, .. filters.SelectMany(static filter => (byte[])[.. Text(filter.Filter), filter.Quality])]);
    }

    public static byte[] Unsubscribe(ushort packetId, string filter) => Packet(0xA2, [.. Number(packetId), 0, .. Text(filter)]);

    public static byte[] Packet(byte firstByte, byte[] body) => [firstByte, .. WithLength(body)];

    public static byte[] Text(string text) => [.. Number((ushort)Encoding.UTF8.GetByteCount(text)), .. Encoding.UTF8.GetBytes(text)];

    /// <summary>A user property (MQTT 5.0 §3.3.2.3.7) of so many bytes, in hexadecimal.</summary>
    public static string UserProperty(int bytes) => "26" + Convert.ToHexString([.. Text("k"), .. Text(new string('v', bytes - 6))]);

    private static byte[] WithLength(byte[] bytes)
    {
        var length = new List<byte>();
        var rest = bytes.Length;
        do
        {
            length.Add((byte)((rest & 0x7F) | (rest > 0x7F ? 0x80 : 0)));
            rest >>= 7;
        }
        while (rest > 0);

        return [.. length, .. bytes];
    }

    private static byte[] Optional(string? text) => text is null ? [] : Text(text);

    private static byte[] Number(ushort value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, value);
        return bytes;
    }
}
