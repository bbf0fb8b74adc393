using System.Text;

namespace Pulse.Mqtt;

/// <summary>Puts a decision into words. The decision itself is <see cref="AclDocument.Check"/>'s; nothing is decided here.</summary>
internal static class AclExplainer
{
    public static AclExplanation Explain(AclDocument document, AclClient client, AclAccess access, ReadOnlySpan<byte> topic)
    {
        var decision = document.Check(client, access, topic);
        var own = document.RulesOf(client);
        return new AclExplanation(decision, Summarize(decision, client, access, own), Steps(document, client, access, topic.ToArray(), own, decision));
    }

    private static List<AclExplanationStep> Steps(
        AclDocument document, AclClient client, AclAccess access, byte[] topic, AclRuleList? own, AclDecision decision)
    {
        var steps = new List<AclExplanationStep>();
        if (decision.Reason is AclReason.InvalidTopic or AclReason.SystemTopic)
        {
            return steps;
        }

        var asked = access == AclAccess.Read ? AclGrant.Read : AclGrant.Write;
        AddAll(own, "topic");
        AddAll(document.Patterns, "pattern");
        return steps;

        void AddAll(AclRuleList? rules, string keyword)
        {
            if (rules is null)
            {
                return;
            }

            foreach (var rule in rules.Denies.Concat(rules.Grants))
            {
                var effective = keyword == "pattern" ? Effective(document, rule, client) : rule;
                steps.Add(new AclExplanationStep(rule.Line, Outcome(rule, effective), $"{keyword} {Word(rule.Grant)} {Text(rule)}", Text(effective ?? rule)));
            }
        }

        AclRuleOutcome Outcome(AclRule rule, AclRule? effective)
        {
            if (effective is null)
            {
                return AclRuleOutcome.Skipped;
            }

            if (rule.Line == decision.Line)
            {
                return AclRuleOutcome.Decided;
            }

            if (!effective.Covers(topic))
            {
                return AclRuleOutcome.NoMatch;
            }

            return rule.Grant == AclGrant.Deny || (rule.Grant & asked) != 0 ? AclRuleOutcome.TooLate : AclRuleOutcome.OtherAccess;
        }
    }

    private static AclRule? Effective(AclDocument document, AclRule rule, AclClient client) =>
        document.IsSafeInPatterns(client) ? rule.For(client) : null;

    private static string Word(AclGrant grant) => grant switch
    {
        AclGrant.Deny => "deny",
        AclGrant.Read => "read",
        AclGrant.Write => "write",
        _ => "readwrite",
    };

    private static string Text(AclRule rule) => Encoding.UTF8.GetString(rule.Filter);

    private static string Summarize(AclDecision decision, AclClient client, AclAccess access, AclRuleList? own)
    {
        var what = access == AclAccess.Read ? "reading" : "writing";
        return decision.Reason switch
        {
            AclReason.TopicAllow => $"Allowed: line {decision.Line} of {Section(client)} grants {what}.",
            AclReason.TopicDeny => $"Denied: line {decision.Line} of {Section(client)} denies the topic, for reading and writing; denials go before grants.",
            AclReason.PatternAllow => $"Allowed: the pattern in line {decision.Line} grants {what}.",
            AclReason.PatternDeny => $"Denied: the pattern in line {decision.Line} denies the topic, for reading and writing.",
            AclReason.SystemTopic => "Denied before any rule: no rule can grant writing to $SYS… or anything with $share….",
            AclReason.InvalidTopic => "Denied before any rule: the topic is empty or holds a wildcard.",
            AclReason.UnsafeIdentity => "Denied before any pattern: the client id or user name holds a character that could act as a wildcard or a level inside one.",
            _ when own is null => $"Denied: the file has no section for user \"{client.UserName}\", named users inherit nothing from the lines before the first one, and no pattern grants {what}.",
            _ => $"Denied: no line of {Section(client)} and no pattern grants {what}.",
        };
    }

    private static string Section(AclClient client) =>
        client.UserName is { } name ? $"user \"{name}\"" : "the anonymous section";
}
