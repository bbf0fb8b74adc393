namespace Pulse.Auth;

/// <summary>The grammar of JSON numbers (RFC 8259 §6).</summary>
internal static class JsonNumber
{
    /// <summary>Length of the number a text begins with; zero when it begins with none.</summary>
    public static int Measure(ReadOnlySpan<byte> text)
    {
        var position = 0;
        Skip(text, ref position, (byte)'-');

        // A zero may not lead: what follows it is judged by the reader.
        if (!Skip(text, ref position, (byte)'0') && !SkipDigits(text, ref position))
        {
            return 0;
        }

        if (Skip(text, ref position, (byte)'.') && !SkipDigits(text, ref position))
        {
            return 0;
        }

        var hasExponent = Skip(text, ref position, (byte)'e') || Skip(text, ref position, (byte)'E');
        return hasExponent && !SkipExponent(text, ref position) ? 0 : position;
    }

    private static bool SkipExponent(ReadOnlySpan<byte> text, ref int position)
    {
        if (!Skip(text, ref position, (byte)'+'))
        {
            Skip(text, ref position, (byte)'-');
        }

        return SkipDigits(text, ref position);
    }

    private static bool Skip(ReadOnlySpan<byte> text, ref int position, byte expected)
    {
        if (position == text.Length || text[position] != expected)
        {
            return false;
        }

        position++;
        return true;
    }

    private static bool SkipDigits(ReadOnlySpan<byte> text, ref int position)
    {
        var digits = text[position..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        digits = digits < 0 ? text.Length - position : digits;
        position += digits;
        return digits > 0;
    }
}
