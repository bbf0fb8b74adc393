using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Pulse.Auth;

/// <summary>Decodes one escape of a JSON string (RFC 8259 §7) in place; lone surrogates are refused.</summary>
internal static class JsonEscape
{
    private const int HexDigits = 4;

    /// <param name="json">Read at <paramref name="position"/>, just after the backslash, and written at <paramref name="write"/> before it.</param>
    /// <param name="position">Moved past the escape.</param>
    /// <param name="write">Moved past the decoded text, which is never longer than the escape.</param>
    public static bool TryDecode(Span<byte> json, ref int position, ref int write)
    {
        if (position == json.Length)
        {
            return false;
        }

        var escape = json[position++];
        if (escape == 'u')
        {
            return TryDecodeUnicode(json, ref position, ref write);
        }

        var plain = escape switch
        {
            (byte)'"' or (byte)'\\' or (byte)'/' => escape,
            (byte)'b' => (byte)'\b',
            (byte)'f' => (byte)'\f',
            (byte)'n' => (byte)'\n',
            (byte)'r' => (byte)'\r',
            (byte)'t' => (byte)'\t',
            _ => default,
        };
        if (plain == default)
        {
            return false;
        }

        json[write++] = plain;
        return true;
    }

    private static bool TryDecodeUnicode(Span<byte> json, ref int position, ref int write)
    {
        if (!TryReadHex(json, ref position, out var first))
        {
            return false;
        }

        var isWhole = Rune.TryCreate(first, out var rune);
        if (!isWhole && !TryDecodePair(json, first, ref position, out rune))
        {
            return false;
        }

        write += rune.EncodeToUtf8(json[write..]);
        return true;
    }

    private static bool TryDecodePair(ReadOnlySpan<byte> json, char first, ref int position, out Rune rune)
    {
        rune = default;
        if (!json[position..].StartsWith("\\u"u8))
        {
            return false;
        }

        position += 2;
        if (!TryReadHex(json, ref position, out var second))
        {
            return false;
        }

        return Rune.TryCreate(first, second, out rune);
    }

    private static bool TryReadHex(ReadOnlySpan<byte> json, ref int position, out char value)
    {
        value = default;
        if (json.Length - position < HexDigits)
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[HexDigits / 2];
        if (Convert.FromHexString(json.Slice(position, HexDigits), bytes, out _, out _) != OperationStatus.Done)
        {
            return false;
        }

        value = (char)BinaryPrimitives.ReadUInt16BigEndian(bytes);
        position += HexDigits;
        return true;
    }
}
