using System.Text.Unicode;

namespace Pulse.Mqtt;

/// <summary>The rules for topic and filter texts on raw bytes (MQTT 5.0 §1.5.4, §4.7).</summary>
internal static class TopicText
{
    /// <summary>Whether the bytes break the protocol: empty, invalid UTF-8 or U+0000. The connection cannot go on.</summary>
    public static bool IsMalformed(ReadOnlySpan<byte> text) => text.IsEmpty || text.Contains((byte)0) || !Utf8.IsValid(text);

    /// <summary>Whether a well-formed text holds what nobody should publish or subscribe: control characters (U+0001–001F, U+007F–009F) or U+FFFD.</summary>
    public static bool HoldsUnwanted(ReadOnlySpan<byte> text)
    {
        if (text.ContainsAnyInRange((byte)0x01, (byte)0x1F) || text.Contains((byte)0x7F) || text.IndexOf("\uFFFD"u8) >= 0)
        {
            return true;
        }

        // U+0080–009F are C2 80 to C2 9F in UTF-8, where C2 is never anything but a first byte.
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i - 1] == 0xC2 && text[i] < 0xA0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a topic may be published to by anyone: no wildcards, at most 200 slashes, not of the server's own tree.</summary>
    public static bool IsPublishable(ReadOnlySpan<byte> topic) =>
        topic[0] != '$'
        && !topic.ContainsAny((byte)'+', (byte)'#')
        && topic.Count((byte)'/') <= TopicFilter.MaxSlashes
        && !HoldsUnwanted(topic);
}
