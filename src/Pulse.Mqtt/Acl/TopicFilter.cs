namespace Pulse.Mqtt;

/// <summary>Matching of topics and filters, byte by byte and level by level (MQTT 5.0 §4.7).</summary>
internal static class TopicFilter
{
    // As IndexOf says it.
    private const int NoMore = -1;

    public const int MaxLength = 65_535;
    public const int MaxSlashes = 200;

    /// <summary>Whether wildcards stand alone in their level, <c>#</c> in the last one, and the size limits hold.</summary>
    public static bool IsValid(ReadOnlySpan<byte> filter)
    {
        if (filter.IsEmpty || filter.Length > MaxLength || filter.Count((byte)'/') > MaxSlashes)
        {
            return false;
        }

        for (var i = 0; i < filter.Length; i++)
        {
            if (filter[i] is not ((byte)'+' or (byte)'#'))
            {
                continue;
            }

            var startsLevel = i == 0 || filter[i - 1] == '/';
            var endsFilter = i == filter.Length - 1;
            var endsLevel = endsFilter || (filter[i] == '+' && filter[i + 1] == '/');
            if (!startsLevel || !endsLevel)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether every topic that <paramref name="inner"/> matches is matched by <paramref name="outer"/>. Both must be valid.</summary>
    public static bool Contains(ReadOnlySpan<byte> outer, ReadOnlySpan<byte> inner)
    {
        if ((outer[0] == '$') != (inner[0] == '$'))
        {
            return false;
        }

        while (true)
        {
            var outerLevel = Level(outer, out var outerRest);
            if (outerLevel.SequenceEqual("#"u8))
            {
                return true;
            }

            var innerLevel = Level(inner, out var innerRest);
            if (innerLevel.SequenceEqual("#"u8))
            {
                return false;
            }

            if (!outerLevel.SequenceEqual("+"u8) && !outerLevel.SequenceEqual(innerLevel))
            {
                return false;
            }

            if (innerRest == NoMore)
            {
                return outerRest == NoMore || outer[outerRest..].SequenceEqual("#"u8);
            }

            if (outerRest == NoMore)
            {
                return false;
            }

            outer = outer[outerRest..];
            inner = inner[innerRest..];
        }
    }

    /// <summary>Whether some topic is matched by both. Both must be valid.</summary>
    public static bool Intersects(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if ((left[0] == '$') != (right[0] == '$'))
        {
            return false;
        }

        while (true)
        {
            var leftLevel = Level(left, out var leftRest);
            var rightLevel = Level(right, out var rightRest);
            if (leftLevel.SequenceEqual("#"u8) || rightLevel.SequenceEqual("#"u8))
            {
                return true;
            }

            var wild = leftLevel.SequenceEqual("+"u8) || rightLevel.SequenceEqual("+"u8);
            if (!wild && !leftLevel.SequenceEqual(rightLevel))
            {
                return false;
            }

            if (leftRest == NoMore)
            {
                return rightRest == NoMore || right[rightRest..].SequenceEqual("#"u8);
            }

            if (rightRest == NoMore)
            {
                return left[leftRest..].SequenceEqual("#"u8);
            }

            left = left[leftRest..];
            right = right[rightRest..];
        }
    }

    /// <summary>The first level; <paramref name="rest"/> is where the next one starts, or <see cref="NoMore"/>.</summary>
    private static ReadOnlySpan<byte> Level(ReadOnlySpan<byte> value, out int rest)
    {
        var slash = value.IndexOf((byte)'/');
        rest = slash == NoMore ? NoMore : slash + 1;
        return slash == NoMore ? value : value[..slash];
    }
}
