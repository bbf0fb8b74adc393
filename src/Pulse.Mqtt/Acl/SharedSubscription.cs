namespace Pulse.Mqtt;

/// <summary>The form <c>$share/group/filter</c> (MQTT 5.0 §4.8.2).</summary>
internal static class SharedSubscription
{
    /// <summary>Leaves the filter alone in <paramref name="subscription"/>.</summary>
    /// <returns>Whether there is a group, without wildcards, and a filter after it.</returns>
    public static bool TryStrip(ref ReadOnlySpan<byte> subscription)
    {
        if (!subscription.StartsWith("$share/"u8))
        {
            return false;
        }

        var rest = subscription["$share/".Length..];
        var slash = rest.IndexOf((byte)'/');
        if (slash <= 0 || rest[..slash].ContainsAny((byte)'+', (byte)'#'))
        {
            return false;
        }

        subscription = rest[(slash + 1)..];
        return true;
    }
}
