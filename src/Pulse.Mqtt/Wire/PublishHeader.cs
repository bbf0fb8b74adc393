using System.Buffers.Binary;

namespace Pulse.Mqtt;

/// <summary>The variable header of a PUBLISH (MQTT 5.0 §3.3.2), found in the first bytes of its body.</summary>
internal readonly record struct PublishHeader(int TopicLength, ushort PacketId, int PayloadStart, bool UsesTopicAlias)
{
    private const int TopicStart = 2;

    public int QualityOfService { get; private init; }

    public bool IsRetain { get; private init; }

    public ReadOnlySpan<byte> TopicIn(ReadOnlySpan<byte> body) => body.Slice(TopicStart, TopicLength);

    /// <summary>Parses the header.</summary>
    /// <param name="flags">The flags of the fixed header.</param>
    /// <param name="body">The body, or its first bytes.</param>
    /// <param name="isVersion5">Whether properties follow.</param>
    /// <param name="header">The header.</param>
    /// <returns>Whether the bytes hold a whole, well-formed header.</returns>
    public static bool TryParse(byte flags, ReadOnlySpan<byte> body, bool isVersion5, out PublishHeader header)
    {
        header = default;
        var quality = (flags >> 1) & 3;
        var isDuplicate = (flags & 8) != 0;
        if (quality == 3 || (quality == 0 && isDuplicate) || body.Length < TopicStart)
        {
            return false;
        }

        int topicLength = BinaryPrimitives.ReadUInt16BigEndian(body);
        var position = TopicStart + topicLength;
        ushort packetId = 0;
        if (quality > 0)
        {
            if (body.Length < position + 2)
            {
                return false;
            }

            packetId = BinaryPrimitives.ReadUInt16BigEndian(body[position..]);
            position += 2;
            if (packetId == 0)
            {
                return false;
            }
        }

        if (body.Length < position)
        {
            return false;
        }

        var usesAlias = false;
        if (isVersion5)
        {
            var properties = PublishProperties.Scan(body[position..], out var length);
            if (properties == PublishProperties.Result.Malformed)
            {
                return false;
            }

            usesAlias = properties == PublishProperties.Result.TopicAlias;
            position += length;
        }

        header = new PublishHeader(topicLength, packetId, position, usesAlias) { QualityOfService = quality, IsRetain = (flags & 1) != 0 };
        return true;
    }
}
