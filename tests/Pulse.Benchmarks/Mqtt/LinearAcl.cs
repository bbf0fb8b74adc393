namespace Pulse.Benchmarks.Mqtt;

/// <summary>The obvious ACL: a list of rules, read from the first to the one that answers.</summary>
internal sealed class LinearAcl
{
    private readonly List<(byte[] User, byte[] Filter)> _rules = [];

    public void Add(byte[] user, byte[] filter) => _rules.Add((user, filter));

    public bool Allows(ReadOnlySpan<byte> user, ReadOnlySpan<byte> topic)
    {
        foreach (var (owner, filter) in _rules)
        {
            if (user.SequenceEqual(owner) && Matches(filter, topic))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>MQTT matching, level by level: <c>+</c> stands for one level, <c>#</c> for all that follow.</summary>
    private static bool Matches(ReadOnlySpan<byte> filter, ReadOnlySpan<byte> topic)
    {
        while (true)
        {
            var filterEnd = filter.IndexOf((byte)'/');
            var topicEnd = topic.IndexOf((byte)'/');
            var level = filterEnd < 0 ? filter : filter[..filterEnd];
            if (level.SequenceEqual("#"u8))
            {
                return true;
            }

            if (!level.SequenceEqual("+"u8) && !level.SequenceEqual(topicEnd < 0 ? topic : topic[..topicEnd]))
            {
                return false;
            }

            if (filterEnd < 0 || topicEnd < 0)
            {
                return filterEnd == topicEnd;
            }

            filter = filter[(filterEnd + 1)..];
            topic = topic[(topicEnd + 1)..];
        }
    }
}
