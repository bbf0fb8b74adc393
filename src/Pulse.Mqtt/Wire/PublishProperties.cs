using System.Buffers.Binary;
using System.Text.Unicode;

namespace Pulse.Mqtt;

/// <summary>Walks over the properties of a PUBLISH (MQTT 5.0 §3.3.2.3) without keeping any.</summary>
internal static class PublishProperties
{
    internal enum Result
    {
        WellFormed,
        TopicAlias,
        Malformed,
    }

    /// <summary>Reads the property length and every property.</summary>
    public static Result Scan(ReadOnlySpan<byte> bytes, out int length)
    {
        if (!TryReadLength(bytes, out var propertyBytes, out var prefix) || bytes.Length - prefix < propertyBytes)
        {
            length = 0;
            return Result.Malformed;
        }

        length = prefix + propertyBytes;
        var rest = bytes.Slice(prefix, propertyBytes);
        var result = Result.WellFormed;
        while (!rest.IsEmpty)
        {
            var identifier = rest[0];
            rest = rest[1..];
            var size = SizeOf(identifier, rest);
            if (size < 0 || size > rest.Length)
            {
                return Result.Malformed;
            }

            result = identifier == 0x23 ? Result.TopicAlias : result;
            rest = rest[size..];
        }

        return result;
    }

    private static int SizeOf(byte identifier, ReadOnlySpan<byte> value) => identifier switch
    {
        0x01 => value.Length > 0 && value[0] <= 1 ? 1 : -1, // payload format indicator
        0x02 => 4, // message expiry interval
        0x03 or 0x08 => SizeOfText(value), // content type, response topic
        0x09 => SizeOfData(value), // correlation data
        0x23 => 2, // topic alias
        0x26 => SizeOfPair(value), // user property
        _ => -1, // a subscription identifier (0x0B) is the server's to send
    };

    private static int SizeOfData(ReadOnlySpan<byte> value) =>
        value.Length < 2 ? -1 : 2 + BinaryPrimitives.ReadUInt16BigEndian(value);

    private static int SizeOfText(ReadOnlySpan<byte> value)
    {
        var size = SizeOfData(value);
        if (size < 0 || size > value.Length)
        {
            return -1;
        }

        return Utf8.IsValid(value[2..size]) ? size : -1;
    }

    private static int SizeOfPair(ReadOnlySpan<byte> value)
    {
        var name = SizeOfText(value);
        if (name < 0)
        {
            return -1;
        }

        var text = SizeOfText(value[name..]);
        return text < 0 ? -1 : name + text;
    }

    private static bool TryReadLength(ReadOnlySpan<byte> bytes, out int value, out int size)
    {
        value = 0;
        for (size = 0; size < 4 && size < bytes.Length; size++)
        {
            value |= (bytes[size] & 0x7F) << (7 * size);
            if (bytes[size] < 0x80)
            {
                size++;
                return true;
            }
        }

        return false;
    }
}
