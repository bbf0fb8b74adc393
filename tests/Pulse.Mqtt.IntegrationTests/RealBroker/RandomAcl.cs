using System.Text;

namespace Pulse.Mqtt.IntegrationTests.RealBroker;

/// <summary>Random files, identities and topics from an alphabet small enough for rules and topics to meet.</summary>
internal sealed class RandomAcl(Random random)
{
    private static readonly string[] Levels = ["a", "b", "q r", "", "x", "$x", "$SYS", "$SYSx", "$share", "cid1", "bob", "al", "%", "%cid1", "c"];
    private static readonly string[] Tokens = ["%c", "%u", "x%c", "%u%c", "%%c", "%c-"];
    private static readonly string[] ClientIds = ["cid1", "cid2", "a/b", "+z", "#", "%u", "$x", "c d", "%c"];
    private static readonly string?[] Users = ["bob", "al", "a/b", "x+y", "#", "%c", "a b", null, "$x", "Bob"];

    /// <summary>Rules in random order; all topics the probing account needs come last, in its own section.</summary>
    public string File(IEnumerable<string> topics, string oracle)
    {
        var file = new StringBuilder();
        for (var lines = random.Next(1, 30); lines > 0; lines--)
        {
            file.Append(Line()).Append('\n');
        }

        file.Append("user ").Append(oracle).Append('\n');
        foreach (var topic in topics)
        {
            file.Append("topic write ").Append(topic).Append('\n');
        }

        return file.ToString();
    }

    public string ClientId() => Pick(ClientIds);

    public string? User() => Pick(Users);

    public string Topic()
    {
        while (true)
        {
            var topic = string.Join('/', Enumerable.Range(0, random.Next(1, 5)).Select(_ => Pick(Levels)));
            if (topic.Trim(' ').Length > 0 && topic.Trim(' ').Length == topic.Length)
            {
                return topic;
            }
        }
    }

    /// <summary>A line that may be wrong in any way.</summary>
    public string AnyLine() => random.Next(3) == 0
        ? Line()
        : string.Concat(Enumerable.Range(0, random.Next(1, 6)).Select(_ =>
            Pick("topic", "pattern", "user", "read", "write", "readwrite", "deny", " ", " ", "  ", "\t", "#", "a", "+", "/", "a/#", "%c", "\r", "TOPIC", "subscribe", "\uFEFF", "é", "\v")));

    private string Line() => random.Next(8) switch
    {
        0 or 1 => $"user {Pick(Users) ?? "bob"}",
        2 or 3 or 4 => $"topic {Access()}{Filter(patterns: false)}",
        5 or 6 => $"pattern {Access()}{Filter(patterns: true)}",
        _ => Pick("# note", "", "   ", $" topic  read   {Filter(patterns: false)}  ", "topic read", "topic deny readwrite a", "pattern read a\r"),
    };

    private string Access() => Pick("read ", "write ", "readwrite ", "deny ", "read ", "write ");

    private string Filter(bool patterns)
    {
        var levels = Enumerable.Range(0, random.Next(1, 5)).Select(_ => Level(patterns)).ToList();
        if (random.Next(4) == 0)
        {
            levels[^1] = "#";
        }

        var filter = string.Join('/', levels);
        return filter.Length == 0 ? "/" : filter;
    }

    private string Level(bool patterns) => random.Next(6) switch
    {
        0 => "+",
        1 or 2 when patterns => Pick(Tokens),
        _ => Pick(Levels),
    };

    private T Pick<T>(params T[] from) => from[random.Next(from.Length)];
}
