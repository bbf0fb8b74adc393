namespace Pulse.Mqtt.Tests.Acl;

public sealed class AclExplainTests
{
    private const string File =
        "topic read open\nuser bob\ntopic read a/+\ntopic write a/b\ntopic deny a/x\ntopic readwrite a/#\npattern read d/%u/#\npattern deny d/+/secret\n";

    private static readonly AclClient Bob = new("c1", "bob");

    [Fact]
    public void The_deciding_line_is_named_and_every_other_rule_says_why_it_did_not_decide()
    {
        var explanation = Explain(Bob, AclAccess.Write, "a/b");

        Assert.Equal(new AclDecision(true, 4, AclReason.TopicAllow), explanation.Decision);
        Assert.Equal("Allowed: line 4 of user \"bob\" grants writing.", explanation.Summary);
        Assert.Equal(explanation.Summary, explanation.ToString());
        Assert.Equal(
            [
                new(5, AclRuleOutcome.NoMatch, "topic deny a/x", "a/x"),
                new(3, AclRuleOutcome.OtherAccess, "topic read a/+", "a/+"),
                new(4, AclRuleOutcome.Decided, "topic write a/b", "a/b"),
                new(6, AclRuleOutcome.TooLate, "topic readwrite a/#", "a/#"),
                new(8, AclRuleOutcome.NoMatch, "pattern deny d/+/secret", "d/+/secret"),
                new(7, AclRuleOutcome.NoMatch, "pattern read d/%u/#", "d/bob/#"),
            ],
            explanation.Steps);
    }

    [Theory]
    [InlineData("bob", AclAccess.Read, "a/x", "Denied: line 5 of user \"bob\" denies the topic, for reading and writing; denials go before grants.")]
    [InlineData("bob", AclAccess.Read, "d/bob/z", "Allowed: the pattern in line 7 grants reading.")]
    [InlineData("bob", AclAccess.Read, "d/bob/secret", "Denied: the pattern in line 8 denies the topic, for reading and writing.")]
    [InlineData("bob", AclAccess.Write, "z", "Denied: no line of user \"bob\" and no pattern grants writing.")]
    [InlineData("al", AclAccess.Read, "open", "Denied: the file has no section for user \"al\", named users inherit nothing from the lines before the first one, and no pattern grants reading.")]
    [InlineData(null, AclAccess.Read, "open", "Allowed: line 1 of the anonymous section grants reading.")]
    [InlineData(null, AclAccess.Read, "z", "Denied: no line of the anonymous section and no pattern grants reading.")]
    [InlineData("bob", AclAccess.Write, "$SYS/x", "Denied before any rule: no rule can grant writing to $SYS… or anything with $share….")]
    [InlineData("bob", AclAccess.Write, "a/#", "Denied before any rule: the topic is empty or holds a wildcard.")]
    [InlineData("b+b", AclAccess.Read, "d/x", "Denied before any pattern: the client id or user name holds a character that could act as a wildcard or a level inside one.")]
    public void The_summary_says_what_decided_and_why(string? user, AclAccess access, string topic, string summary) =>
        Assert.Equal(summary, Explain(new AclClient("c1", user), access, topic).Summary);

    [Fact]
    public void What_is_denied_before_any_rule_has_no_steps() => Assert.Empty(Explain(Bob, AclAccess.Write, "$SYS/x").Steps);

    [Theory]
    [InlineData(null, "c1", 7)]
    [InlineData("bob", "c+", 8)]
    public void A_pattern_that_cannot_apply_to_the_client_is_skipped(string? user, string clientId, int line)
    {
        var step = Explain(new AclClient(clientId, user), AclAccess.Read, "z").Steps.Single(step => step.Line == line);

        Assert.Equal(AclRuleOutcome.Skipped, step.Outcome);
        Assert.Equal(step.Rule.Split(' ')[2], step.Filter);
    }

    [Fact]
    public void The_words_of_a_rule_are_those_of_its_access() =>
        Assert.Equal(
            ["topic deny a/x", "topic read a/+", "topic write a/b", "topic readwrite a/#"],
            Explain(Bob, AclAccess.Read, "z").Steps.Take(4).Select(static step => step.Rule));

    [Fact]
    public void Of_a_subscription_it_is_told_which_rules_cover_a_part_only()
    {
        var explanation = Document(File.Replace("d/+/secret", "e/%u/secret", StringComparison.Ordinal)).ExplainSubscribe(Bob, "a/+"u8);

        Assert.Equal(new AclDecision(false, 5, AclReason.TopicDeny), explanation.Decision);
        Assert.Equal("Denied: line 5 of user \"bob\" denies a part of it, for reading and writing; denials go before grants.", explanation.Summary);
        Assert.Equal(
            [
                (5, AclRuleOutcome.Decided), (3, AclRuleOutcome.TooLate), (4, AclRuleOutcome.PartOnly), (6, AclRuleOutcome.TooLate), (8, AclRuleOutcome.NoMatch),
                (7, AclRuleOutcome.NoMatch),
            ],
            explanation.Steps.Select(static step => (step.Line, step.Outcome)));
    }

    [Fact]
    public void A_denial_of_a_part_comes_too_late_only_behind_another()
    {
        var steps = Document("user bob\ntopic deny a/x\ntopic deny a/y\ntopic read a/+\ntopic write a/#\n").ExplainSubscribe(Bob, "$share/g/a/+"u8).Steps;

        Assert.Equal(
            [AclRuleOutcome.Decided, AclRuleOutcome.TooLate, AclRuleOutcome.TooLate, AclRuleOutcome.OtherAccess],
            steps.Select(static step => step.Outcome));
    }

    [Theory]
    [InlineData("d/bob/+", "Allowed: the pattern in line 1 grants reading all of it.")]
    [InlineData("$share/g/d/bob/x", "Allowed: the pattern in line 1 grants reading all of it.")]
    [InlineData("e/#", "Denied: the pattern in line 2 denies a part of it, for reading and writing.")]
    [InlineData("own", "Allowed: line 4 of user \"bob\" grants reading all of it.")]
    [InlineData("+", "Denied: no line of user \"bob\" and no pattern grants reading all of it.")]
    [InlineData("a/#/b", "Denied before any rule: the filter is not well-formed.")]
    [InlineData("$share/g", "Denied before any rule: the filter is not well-formed.")]
    public void The_summary_of_a_subscription_says_what_decided(string filter, string summary)
    {
        var explanation = Document("pattern read d/%u/#\npattern deny e/%u/y\nuser bob\ntopic read own\n").ExplainSubscribe(Bob, AclFile.Bytes(filter));

        Assert.Equal(summary, explanation.Summary);
        Assert.Equal(summary.Contains("before any rule", StringComparison.Ordinal), explanation.Steps.Count == 0);
    }

    [Fact]
    public void In_the_brokers_dialect_a_subscription_is_granted_and_the_deliveries_decide()
    {
        var explanation = AclFile.Load(File).ExplainSubscribe(Bob, "#"u8);

        Assert.Equal(new AclDecision(true, 0, AclReason.SubscribeUnchecked), explanation.Decision);
        Assert.StartsWith("Allowed: Mosquitto 2.0 grants every well-formed subscription", explanation.Summary, StringComparison.Ordinal);
        Assert.Empty(explanation.Steps);
    }

    private static AclDocument Document(string file) => AclFile.Load(file, AclDialect.Strict);

    private static AclExplanation Explain(AclClient client, AclAccess access, string topic) =>
        AclFile.Load(File).Explain(client, access, AclFile.Bytes(topic));
}
