namespace Pulse.Mqtt;

/// <summary>A decision in one sentence.</summary>
internal static class AclSummary
{
    public static string Of(AclDecision decision, AclClient client, AclGrant asked, bool isFilter, bool hasSection)
    {
        var what = asked == AclGrant.Read ? "reading" : "writing";
        var whole = isFilter ? $"{what} all of it" : what;
        var denied = isFilter ? "a part of it" : "the topic";
        return decision.Reason switch
        {
            AclReason.TopicAllow => $"Allowed: line {decision.Line} of {Section(client)} grants {whole}.",
            AclReason.TopicDeny => $"Denied: line {decision.Line} of {Section(client)} denies {denied}, for reading and writing; denials go before grants.",
            AclReason.PatternAllow => $"Allowed: the pattern in line {decision.Line} grants {whole}.",
            AclReason.PatternDeny => $"Denied: the pattern in line {decision.Line} denies {denied}, for reading and writing.",
            AclReason.SystemTopic => "Denied before any rule: no rule can grant writing to $SYS… or anything with $share….",
            AclReason.InvalidTopic when isFilter => "Denied before any rule: the filter is not well-formed.",
            AclReason.InvalidTopic => "Denied before any rule: the topic is empty or holds a wildcard.",
            AclReason.UnsafeIdentity => "Denied before any pattern: the client id or user name holds a character that could act as a wildcard or a level inside one.",
            AclReason.SubscribeUnchecked => "Allowed: Mosquitto 2.0 grants every well-formed subscription and checks each delivery. Ask about reading the topics.",
            _ when !hasSection => $"Denied: the file has no section for user \"{client.UserName}\", named users inherit nothing from the lines before the first one, and no pattern grants {whole}.",
            _ => $"Denied: no line of {Section(client)} and no pattern grants {whole}.",
        };
    }

    private static string Section(AclClient client) =>
        client.UserName is { } name ? $"user \"{name}\"" : "the anonymous section";
}
