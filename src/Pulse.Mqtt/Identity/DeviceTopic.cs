using System.Text;
using Pulse.Shared;

namespace Pulse.Mqtt;

/// <summary>The grammar of the topics a device writes.</summary>
internal static class DeviceTopic
{
    /// <summary>What the levels below the device mean; <see langword="false"/> for everything else, deeper levels included.</summary>
    public static bool TryGetKind(ReadOnlySpan<byte> suffix, out IngestKind kind)
    {
        (var known, kind) = suffix switch
        {
            _ when suffix.SequenceEqual("telemetry"u8) => (true, IngestKind.Telemetry),
            _ when suffix.SequenceEqual("heartbeat"u8) => (true, IngestKind.Heartbeat),
            _ when suffix.SequenceEqual("shadow/reported"u8) => (true, IngestKind.ShadowReported),
            _ => (suffix.SequenceEqual("commands/ack"u8), IngestKind.CommandAck),
        };
        return known;
    }

    /// <summary>The levels of a kind below the device.</summary>
    public static string SuffixOf(IngestKind kind) => kind switch
    {
        IngestKind.Telemetry => "telemetry",
        IngestKind.Heartbeat => "heartbeat",
        IngestKind.ShadowReported => "shadow/reported",
        IngestKind.CommandAck => "commands/ack",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>Whether this is the topic of some device, well formed in every part.</summary>
    public static bool IsWellFormed(ReadOnlySpan<byte> topic)
    {
        if (!TryTakeLevel(ref topic, out var root) || !root.SequenceEqual("tenant"u8))
        {
            return false;
        }

        if (!TryTakeLevel(ref topic, out var tenant) || !TryTakeLevel(ref topic, out var middle) || !middle.SequenceEqual("device"u8))
        {
            return false;
        }

        return TryTakeLevel(ref topic, out var device)
            && IsIdentifier(tenant, isTenant: true)
            && IsIdentifier(device, isTenant: false)
            && TryGetKind(topic, out _);
    }

    private static bool TryTakeLevel(ref ReadOnlySpan<byte> topic, out ReadOnlySpan<byte> level)
    {
        var slash = topic.IndexOf((byte)'/');
        level = slash < 0 ? [] : topic[..slash];
        topic = slash < 0 ? topic : topic[(slash + 1)..];
        return slash >= 0;
    }

    private static bool IsIdentifier(ReadOnlySpan<byte> level, bool isTenant)
    {
        if (level.Length > IdentifierGrammar.MaxDeviceLength)
        {
            return false;
        }

        // Bytes beyond ASCII become characters that neither grammar knows.
        Span<char> characters = stackalloc char[IdentifierGrammar.MaxDeviceLength];
        var length = Encoding.Latin1.GetChars(level, characters);
        return isTenant ? IdentifierGrammar.IsTenant(characters[..length]) : IdentifierGrammar.IsDevice(characters[..length]);
    }
}
