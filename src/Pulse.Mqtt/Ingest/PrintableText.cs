using System.Globalization;
using System.Text;

namespace Pulse.Mqtt;

/// <summary>Turns bytes of a device into text that can be stored, logged and shown.</summary>
internal static class PrintableText
{
    public const int MaxLength = 256;

    /// <summary>Printable ASCII stays, a backslash is doubled, every other byte becomes <c>\xHH</c>; cut at <paramref name="maxLength"/>.</summary>
    public static string Escape(ReadOnlySpan<byte> bytes, int maxLength = MaxLength)
    {
        var text = new StringBuilder(Math.Min(bytes.Length, maxLength));
        foreach (var octet in bytes)
        {
            var piece = octet switch
            {
                (byte)'\\' => "\\\\",
                >= 0x20 and <= 0x7E => ((char)octet).ToString(),
                _ => "\\x" + octet.ToString("x2", CultureInfo.InvariantCulture),
            };
            if (text.Length + piece.Length > maxLength)
            {
                break;
            }

            text.Append(piece);
        }

        return text.ToString();
    }
}
