namespace Pulse.Mqtt.Tests.Acl;

/// <summary>Rules of one section and patterns, decided the slow and obvious way: by lists of levels, one rule after the other.</summary>
internal static class AclModel
{
    public sealed record Rule(int Line, bool IsPattern, string Access, string Filter);

    public static (bool Allowed, int Line) Decide(IReadOnlyList<Rule> rules, string clientId, string user, AclAccess access, string topic)
    {
        foreach (var patterns in new[] { false, true })
        {
            var ofClass = rules.Where(rule => rule.IsPattern == patterns).ToList();
            foreach (var deny in ofClass.Where(rule => rule.Access == "deny" && Matches(Filter(rule, clientId, user), topic)))
            {
                return (false, deny.Line);
            }

            foreach (var grant in ofClass.Where(rule => Gives(rule.Access, access) && Matches(Filter(rule, clientId, user), topic)))
            {
                return (true, grant.Line);
            }
        }

        return (false, 0);
    }

    public static bool Matches(string filter, string topic)
    {
        if ((filter[0] == '$') != (topic[0] == '$'))
        {
            return false;
        }

        return Matches(filter.Split('/'), topic.Split('/'));
    }

    private static bool Matches(ReadOnlySpan<string> filter, ReadOnlySpan<string> topic)
    {
        if (filter is ["#"])
        {
            return true;
        }

        if (filter.IsEmpty || topic.IsEmpty)
        {
            return filter.IsEmpty && topic.IsEmpty;
        }

        return (filter[0] == "+" || filter[0] == topic[0]) && Matches(filter[1..], topic[1..]);
    }

    private static bool Gives(string granted, AclAccess asked) => granted switch
    {
        "readwrite" => true,
        "read" => asked == AclAccess.Read,
        "write" => asked == AclAccess.Write,
        _ => false,
    };

    private static string Filter(Rule rule, string clientId, string user) =>
        rule.IsPattern ? rule.Filter.Replace("%c", clientId, StringComparison.Ordinal).Replace("%u", user, StringComparison.Ordinal) : rule.Filter;
}
