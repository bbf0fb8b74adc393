using System.Text;

namespace Pulse.Mqtt;

/// <summary>Puts a decision into words. The decision itself is the document's; nothing is decided here.</summary>
internal static class AclExplainer
{
    public static AclExplanation Explain(AclDocument document, AclClient client, AclAccess access, ReadOnlySpan<byte> topic)
    {
        var question = new Question(document, client, access == AclAccess.Read ? AclGrant.Read : AclGrant.Write, topic.ToArray(), IsFilter: false);
        return Explain(question, document.Check(client, access, topic));
    }

    public static AclExplanation ExplainSubscribe(AclDocument document, AclClient client, ReadOnlySpan<byte> filter)
    {
        var decision = document.CheckSubscribe(client, filter);

        // A share that is none was denied before any rule; of every other the filter behind the group is explained.
        _ = SharedSubscription.TryStrip(ref filter);
        return Explain(new Question(document, client, AclGrant.Read, filter.ToArray(), IsFilter: true), decision);
    }

    private static AclExplanation Explain(Question question, AclDecision decision) =>
        new(decision, AclSummary.Of(decision, question.Client, question.Grant, question.IsFilter, question.Own is not null), Steps(question, decision));

    private static List<AclExplanationStep> Steps(Question question, AclDecision decision)
    {
        var steps = new List<AclExplanationStep>();
        if (decision.Reason is AclReason.InvalidTopic or AclReason.SystemTopic or AclReason.SubscribeUnchecked)
        {
            return steps;
        }

        foreach (var rule in InOrder(question.Own))
        {
            steps.Add(Step("topic", rule, rule));
        }

        foreach (var rule in InOrder(question.Document.Patterns))
        {
            steps.Add(Step("pattern", rule, question.Document.IsSafeInPatterns(question.Client) ? rule.For(question.Client) : null));
        }

        return steps;

        AclExplanationStep Step(string keyword, AclRule rule, AclRule? effective) =>
            new(rule.Line, Outcome(question, rule, effective, decision), $"{keyword} {Word(rule.Grant)} {Text(rule)}", Text(effective ?? rule));
    }

    private static IEnumerable<AclRule> InOrder(AclRuleList? rules) => rules is null ? [] : rules.Denies.Concat(rules.Grants);

    private static AclRuleOutcome Outcome(Question question, AclRule rule, AclRule? effective, AclDecision decision)
    {
        if (effective is null)
        {
            return AclRuleOutcome.Skipped;
        }

        if (rule.Line == decision.Line)
        {
            return AclRuleOutcome.Decided;
        }

        var touches = question.IsFilter && TopicFilter.Intersects(effective.Filter, question.Asked);
        if (!effective.Covers(question.Asked) && !(touches && rule.Grant == AclGrant.Deny))
        {
            return touches ? AclRuleOutcome.PartOnly : AclRuleOutcome.NoMatch;
        }

        return rule.Grant == AclGrant.Deny || rule.Gives(question.Grant) ? AclRuleOutcome.TooLate : AclRuleOutcome.OtherAccess;
    }

    private static string Word(AclGrant grant) => grant switch
    {
        AclGrant.Deny => "deny",
        AclGrant.Read => "read",
        AclGrant.Write => "write",
        _ => "readwrite",
    };

    private static string Text(AclRule rule) => Encoding.UTF8.GetString(rule.Filter);

    private sealed record Question(AclDocument Document, AclClient Client, AclGrant Grant, byte[] Asked, bool IsFilter)
    {
        public AclRuleList? Own { get; } = Document.RulesOf(Client);
    }
}
