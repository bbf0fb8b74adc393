using CsCheck;

namespace Pulse.Mqtt.Tests.Acl;

/// <summary>What holds for every file: compared with a model that has no tricks.</summary>
public sealed class AclPropertyTests
{
    private const int Rounds = 300;

    private static readonly Gen<string> Level = Of("a", "b", "c", "", "al", "$x", "%c", "%u");

    private static readonly Gen<string> Topic = Level.Array[1, 4].Select(Join).Where(static topic => topic.Length > 0);

    private static readonly Gen<string> Filter =
        Gen.Select(Gen.Frequency((3, Level), (1, Gen.Const("+"))).Array[1, 4], Gen.Frequency((3, Gen.Const("")), (1, Gen.Const("#"))))
            .Select(static (levels, end) => end.Length == 0 ? Join(levels) : Join([.. levels[1..], end]))
            .Where(static filter => filter.Length > 0 && filter[0] != '%');

    private static readonly Gen<(bool, string, string)> Rule = Gen.Select(Gen.Bool, Of("read", "write", "readwrite", "deny"), Filter);

    private static readonly Gen<AclAccess> Access = Of(AclAccess.Read, AclAccess.Write);

    [Theory]
    [InlineData(1, 12)]
    [InlineData(60, 120)]
    public void A_decision_and_its_line_are_those_of_the_model(int least, int most) =>
        Gen.Select(Rule.Array[least, most], Topic.Array[20], Access).Sample(
            (rules, topics, access) =>
            {
                var (document, model) = Build(rules, AclDialect.Mosquitto20);
                var client = new AclClient("cid", "al");
                var view = document.For(client);
                foreach (var topic in topics)
                {
                    var decision = document.Check(client, access, AclFile.Bytes(topic));
                    Assert.Equal(decision, view.Check(access, AclFile.Bytes(topic)));
                    Assert.Equal(AclModel.Decide(model, "cid", "al", access, topic), (decision.Allowed, decision.Line));
                }
            },
            iter: Rounds);

    [Fact]
    public void Strict_grants_nothing_that_the_broker_refuses() =>
        Gen.Select(Rule.Array[1, 40], Of("cid", "a", "+", "a/b", "", "#"), Of<string?>("al", "b", "a+", "x/y", null), Topic.Array[20], Access).Sample(
            (rules, clientId, user, topics, access) =>
            {
                var file = Text(rules);
                var strict = AclDocument.Parse(AclFile.Bytes(file), AclDialect.Strict);
                if (!strict.Succeeded)
                {
                    return;
                }

                var broker = AclFile.Load(file);
                var client = new AclClient(clientId, user);
                foreach (var topic in topics.Select(AclFile.Bytes))
                {
                    Assert.False(strict.Document.Check(client, access, topic).Allowed && !broker.Check(client, access, topic).Allowed, file);
                    Assert.False(strict.Document.CheckSubscribe(client, topic).Allowed && !broker.CheckSubscribe(client, topic).Allowed, file);
                }
            },
            iter: Rounds);

    [Theory]
    [InlineData(1, 12)]
    [InlineData(60, 100)]
    public void A_granted_subscription_delivers_every_topic_it_matches(int least, int most) =>
        Gen.Select(Rule.Array[least, most], Filter.Array[10], Topic.Array[10]).Sample(
            (rules, filters, topics) =>
            {
                var granting = rules.Where(static rule => !rule.Item1 || rule.Item3.Contains("/%", StringComparison.Ordinal)).ToArray();
                var parsed = AclDocument.Parse(AclFile.Bytes(Text(granting)), AclDialect.Strict);
                if (!parsed.Succeeded)
                {
                    return;
                }

                var client = new AclClient("cid", "al");
                var view = parsed.Document.For(client);
                foreach (var filter in filters)
                {
                    var decision = parsed.Document.CheckSubscribe(client, AclFile.Bytes(filter));
                    Assert.Equal(decision, view.CheckSubscribe(AclFile.Bytes(filter)));
                    foreach (var topic in topics.Where(topic => decision.Allowed && AclModel.Matches(filter, topic)))
                    {
                        Assert.True(view.Check(AclAccess.Read, AclFile.Bytes(topic)).Allowed, $"{filter} was granted, {topic} is not readable in\n{Text(granting)}");
                    }
                }
            },
            iter: Rounds);

    private static Gen<T> Of<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    private static string Join(string[] levels) => string.Join('/', levels);

    private static (AclDocument Document, List<AclModel.Rule> Model) Build((bool IsPattern, string Access, string Filter)[] rules, AclDialect dialect) =>
        (AclFile.Load(Text(rules), dialect), [.. rules.Select(static (rule, index) => new AclModel.Rule(index + 2, rule.IsPattern, rule.Access, rule.Filter))]);

    private static string Text((bool IsPattern, string Access, string Filter)[] rules) =>
        "user al\n" + string.Concat(rules.Select(static rule => $"{(rule.IsPattern ? "pattern" : "topic")} {rule.Access} {rule.Filter}\n"));
}
