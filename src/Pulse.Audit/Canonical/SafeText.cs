using System.Buffers;
using System.Globalization;
using System.Text;

namespace Pulse.Audit;

/// <summary>
/// Makes any text harmless to whatever reads it later (terminal, CSV, syslog, <c>jsonb</c>) without losing it. A character
/// that acts instead of showing becomes the six characters <c>\uXXXX</c>; a backslash before a <c>u</c> becomes
/// <c>\u005C</c>, so every <c>\u</c> in the result is an escape and the original can be had back.
/// </summary>
internal static class SafeText
{
    private const int EscapeBytes = 6;

    private static readonly SearchValues<char> Suspects = SearchValues.Create(SuspectCharacters());

    /// <summary>Escapes and, beyond <paramref name="maxBytes"/> of UTF-8, cuts between two characters, never inside an escape.</summary>
    public static string Clean(string text, int maxBytes, out bool cut)
    {
        cut = false;
        if (!text.AsSpan().ContainsAny(Suspects) && FitsUnescaped(text, maxBytes))
        {
            return text;
        }

        var clean = new StringBuilder(Math.Min(text.Length, maxBytes));
        var bytes = 0;
        for (var position = 0; position < text.Length;)
        {
            var wellFormed = Rune.DecodeFromUtf16(text.AsSpan(position), out var rune, out var length) == OperationStatus.Done;
            var escape = !wellFormed || ActsOnReader(rune.Value) || StartsLikeAnEscape(text, position);
            bytes += escape ? EscapeBytes : rune.Utf8SequenceLength;
            if (bytes > maxBytes)
            {
                cut = true;
                break;
            }

            if (escape)
            {
                clean.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[position]:X4}");
            }
            else
            {
                clean.Append(text, position, length);
            }

            position += length;
        }

        return clean.ToString();
    }

    private static bool FitsUnescaped(string text, int maxBytes) =>
        text.Length <= maxBytes / 3 || Encoding.UTF8.GetByteCount(text) <= maxBytes;

    private static bool StartsLikeAnEscape(string text, int position) =>
        text[position] == '\\' && position + 1 < text.Length && text[position + 1] == 'u';

    // C0, DEL and C1; line and paragraph separators; every character that turns the writing direction (Unicode UAX #9).
    private static bool ActsOnReader(int value) => value is
        < 0x20 or (>= 0x7F and <= 0x9F)
        or 0x2028 or 0x2029
        or 0x061C or 0x200E or 0x200F or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069);

    private static char[] SuspectCharacters() =>
        [.. Enumerable.Range(0, 0x10000).Where(value => value == '\\' || ActsOnReader(value) || char.IsSurrogate((char)value)).Select(value => (char)value)];
}
