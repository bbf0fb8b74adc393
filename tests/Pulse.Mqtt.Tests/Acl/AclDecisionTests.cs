using System.Text;
using System.Text.Json;

namespace Pulse.Mqtt.Tests.Acl;

public sealed class AclDecisionTests
{
    [Fact]
    public void Identities_are_looked_at_only_where_there_are_patterns()
    {
        var client = new AclClient("a#b", null);

        Assert.Equal(default, AclFile.Load("topic read x\n").Check(client, AclAccess.Read, "y"u8));
        Assert.Equal(AclReason.UnsafeIdentity, AclFile.Load("topic read x\npattern read p/%c\n").Check(client, AclAccess.Read, "y"u8).Reason);
    }

    [Fact]
    public void A_pattern_of_nothing_but_an_empty_identity_holds_for_nothing()
    {
        var document = AclFile.Load("pattern read %c\n");
        var client = new AclClient("", "someone");

        Assert.False(document.For(client).Check(AclAccess.Read, "y"u8).Allowed);
        Assert.False(document.Check(client, AclAccess.Read, "y"u8).Allowed);
    }

    [Fact]
    public void Explaining_asks_for_a_client()
    {
        var document = AclFile.Load("topic read x\n");

        Assert.Throws<ArgumentNullException>("client", () => document.Explain(null!, AclAccess.Read, "x"u8));
        Assert.Throws<ArgumentNullException>("client", () => document.ExplainSubscribe(null!, "x"u8));
    }

    [Fact]
    public void Every_recorded_decision_of_the_broker_is_ours()
    {
        using var recorded = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Acl", "mosquitto-2.0.11-decisions.json")));
        var differences = new List<string>();
        var count = 0;
        foreach (var file in recorded.RootElement.GetProperty("files").EnumerateArray())
        {
            var acl = file.GetProperty("acl").GetString()!;
            var document = Document(acl);
            foreach (var recordedCase in file.GetProperty("cases").EnumerateArray())
            {
                count++;
                var client = new AclClient(recordedCase[0].GetString()!, recordedCase[1].GetString());
                var access = recordedCase[2].GetString() == "read" ? AclAccess.Read : AclAccess.Write;
                var decision = document.Check(client, access, Encoding.UTF8.GetBytes(recordedCase[3].GetString()!));
                if (decision.Allowed != (recordedCase[4].GetInt32() == 1))
                {
                    differences.Add($"{recordedCase.GetRawText()} in {JsonSerializer.Serialize(acl)}: {decision}");
                }
            }
        }

        Assert.Empty(differences);
        Assert.True(count > 190, "The recording is incomplete.");
    }

    [Fact]
    public void A_denial_beats_an_earlier_grant_of_its_own_class() =>
        AssertDecision("user bob\ntopic read a/#\ntopic deny a/b\n", "bob", AclAccess.Read, "a/b", new AclDecision(false, 3, AclReason.TopicDeny));

    [Fact]
    public void A_pattern_denial_cannot_override_a_topic_grant() =>
        AssertDecision("user bob\ntopic read a/b\npattern deny a/%u\npattern deny a/b\n", "bob", AclAccess.Read, "a/b", new AclDecision(true, 2, AclReason.TopicAllow));

    [Fact]
    public void A_topic_denial_beats_a_pattern_grant() =>
        AssertDecision("user bob\ntopic deny a/bob\npattern read a/%u\n", "bob", AclAccess.Read, "a/bob", new AclDecision(false, 2, AclReason.TopicDeny));

    [Fact]
    public void A_pattern_grants_what_its_tokens_become() =>
        AssertDecision("pattern write %c/%u\n", "bob", AclAccess.Write, "client/bob", new AclDecision(true, 1, AclReason.PatternAllow));

    [Theory]
    [InlineData("dev-%c", "dev-client", true)]
    [InlineData("%c%u", "clientbob", true)]
    [InlineData("%%c", "%client", true)]
    [InlineData("a/%c-/x", "a/client-/x", true)]
    [InlineData("%c/%c", "client/client", true)]
    [InlineData("a%", "a%", true)]
    [InlineData("%C/%U", "client/bob", false)]
    [InlineData("%x", "%x", true)]
    public void Tokens_are_replaced_anywhere_in_the_brokers_dialect(string pattern, string topic, bool allowed) =>
        Assert.Equal(allowed, Document($"pattern read {pattern}\n").Check(new AclClient("client", "bob"), AclAccess.Read, Encoding.UTF8.GetBytes(topic)).Allowed);

    [Theory]
    [InlineData("%u", "bob", "%u")]
    [InlineData("c", "%c", "c/%c")]
    public void What_was_put_in_for_a_token_is_not_replaced_again(string clientId, string user, string topic)
    {
        var client = new AclClient(clientId, user);

        Assert.True(Document("pattern read %c\npattern read %c/%u\n").Check(client, AclAccess.Read, Encoding.UTF8.GetBytes(topic)).Allowed);
        Assert.False(Document("pattern read %c\npattern read %c/%u\n").Check(client, AclAccess.Read, "bob"u8).Allowed);
    }

    [Fact]
    public void A_client_id_that_begins_with_a_dollar_makes_a_server_topic_of_a_pattern_in_the_brokers_dialect()
    {
        Assert.True(Document("pattern read %c/#\n").Check(new AclClient("$foo", null), AclAccess.Read, "$foo/x"u8).Allowed);
        Assert.False(AclDocument.Parse("pattern read %c/#\n"u8).Succeeded);
    }

    [Theory]
    [InlineData("x/#", "x", true)]
    [InlineData("x/#", "x/", true)]
    [InlineData("z/+/#", "z/1", true)]
    [InlineData("z/+/#", "z", false)]
    [InlineData("/l", "l", false)]
    [InlineData("q//q", "q/q", false)]
    [InlineData("q/+/q", "q//q", true)]
    [InlineData("+", "", false)]
    [InlineData("+/+", "/", true)]
    [InlineData("+", "/", false)]
    [InlineData("#", "/", true)]
    [InlineData("a", "A", false)]
    [InlineData("#", "$x", false)]
    [InlineData("+/x", "$x/x", false)]
    [InlineData("$x/#", "$x", true)]
    [InlineData("a/+", "a/b/", false)]
    public void Levels_are_compared_byte_by_byte(string filter, string topic, bool allowed) =>
        Assert.Equal(allowed, Document($"topic read {filter}\n").Check(new AclClient("c", null), AclAccess.Read, Encoding.UTF8.GetBytes(topic)).Allowed);

    [Fact]
    public void A_denial_denies_reading_and_writing()
    {
        var document = Document("topic readwrite a\ntopic deny a\n");

        Assert.Equal(new AclDecision(false, 2, AclReason.TopicDeny), document.Check(new AclClient("c", null), AclAccess.Read, "a"u8));
        Assert.Equal(new AclDecision(false, 2, AclReason.TopicDeny), document.Check(new AclClient("c", null), AclAccess.Write, "a"u8));
    }

    [Fact]
    public void An_access_word_before_the_last_one_is_part_of_the_topic()
    {
        var document = Document("topic readwrite #\ntopic deny readwrite a\n");

        Assert.True(document.Check(new AclClient("c", null), AclAccess.Read, "a"u8).Allowed);
        Assert.False(document.Check(new AclClient("c", null), AclAccess.Read, "readwrite a"u8).Allowed);
    }

    [Fact]
    public void A_pattern_denies_what_its_tokens_become() =>
        AssertDecision("pattern deny x/%u\npattern read x/+\n", "bob", AclAccess.Read, "x/bob", new AclDecision(false, 1, AclReason.PatternDeny));

    [Fact]
    public void A_grant_for_reading_is_none_for_writing() =>
        AssertDecision("user bob\ntopic read a\n", "bob", AclAccess.Write, "a", new AclDecision(false, 0, AclReason.NoRule));

    [Fact]
    public void A_named_user_inherits_nothing_from_the_anonymous_section() =>
        AssertDecision("topic read a\nuser bob\ntopic read b\n", "bob", AclAccess.Read, "a", new AclDecision(false, 0, AclReason.NoRule));

    [Fact]
    public void An_empty_user_name_is_anonymous() =>
        AssertDecision("topic read a\n", string.Empty, AclAccess.Read, "a", new AclDecision(true, 1, AclReason.TopicAllow));

    [Fact]
    public void A_pattern_with_the_user_name_is_nothing_to_an_anonymous_client() =>
        AssertDecision("pattern read a/%u\n", null, AclAccess.Read, "a/", new AclDecision(false, 0, AclReason.NoRule));

    [Theory]
    [InlineData("#")]
    [InlineData("a+b")]
    public void A_wildcard_in_the_client_id_stops_patterns_but_not_topics(string clientId)
    {
        var document = Document("user bob\ntopic read own\npattern read p/%c\n");
        var client = new AclClient(clientId, "bob");

        Assert.True(document.Check(client, AclAccess.Read, "own"u8).Allowed);
        Assert.Equal(AclReason.UnsafeIdentity, document.Check(client, AclAccess.Read, "p/x"u8).Reason);
    }

    [Theory]
    [InlineData("+")]
    [InlineData("a#")]
    public void A_wildcard_in_the_user_name_stops_patterns(string user) =>
        Assert.Equal(AclReason.UnsafeIdentity, Document("pattern read p/%c\n").Check(new AclClient("c", user), AclAccess.Read, "p/c"u8).Reason);

    [Fact]
    public void A_slash_in_the_client_id_matches_levels_in_Mosquitto20_and_nothing_in_Strict()
    {
        var client = new AclClient("a/b", "bob");

        Assert.True(Document("pattern read p/%c\n").Check(client, AclAccess.Read, "p/a/b"u8).Allowed);
        Assert.Equal(AclReason.UnsafeIdentity, Document("pattern read p/%c\n", AclDialect.Strict).Check(client, AclAccess.Read, "p/a/b"u8).Reason);
    }

    [Theory]
    [InlineData("c", "a/b")]
    [InlineData("c", "a+")]
    [InlineData("c", "#")]
    [InlineData("a+", "bob")]
    [InlineData("#", "bob")]
    public void In_Strict_no_identity_that_could_be_a_wildcard_or_a_level_meets_a_pattern(string clientId, string user) =>
        Assert.Equal(AclReason.UnsafeIdentity, Document("pattern read p/%c/%u\n", AclDialect.Strict).Check(new AclClient(clientId, user), AclAccess.Read, "p/c/a"u8).Reason);

    [Theory]
    [InlineData(507)]
    [InlineData(508)]
    [InlineData(509)]
    [InlineData(60_000)]
    public void A_long_identity_is_put_into_a_pattern_whole(int length)
    {
        var document = Document("pattern read p/%c\n");
        var client = new AclClient(new string('x', length), null);
        var topic = Encoding.UTF8.GetBytes("p/" + client.ClientId);

        Assert.True(document.Check(client, AclAccess.Read, topic).Allowed);
        Assert.True(document.For(client).Check(AclAccess.Read, topic).Allowed);
        Assert.False(document.Check(client, AclAccess.Read, topic.AsSpan(0, topic.Length - 1)).Allowed);
    }

    [Theory]
    [InlineData(23)]
    [InlineData(24)]
    [InlineData(25)]
    public void A_section_decides_alike_on_both_sides_of_the_size_that_makes_it_a_tree(int rules)
    {
        var lines = Enumerable.Range(0, rules).Select(static rule => (Grant: $"topic read g/{rule}/+\n", Deny: $"topic deny d/{rule}/#\n")).ToList();
        var document = Document("topic read +/+/+\n" + string.Concat(lines.Select(static line => line.Grant)) + string.Concat(lines.Select(static line => line.Deny)));
        var client = new AclClient("c", null);

        Assert.Equal(new AclDecision(true, 1, AclReason.TopicAllow), document.Check(client, AclAccess.Read, "g/5/x"u8));
        Assert.Equal(new AclDecision(false, rules + 7, AclReason.TopicDeny), document.Check(client, AclAccess.Read, "d/5"u8));
        Assert.Equal(new AclDecision(false, rules + 7, AclReason.TopicDeny), document.Check(client, AclAccess.Read, "d/5/x/y"u8));
        Assert.Equal(new AclDecision(false, 0, AclReason.NoRule), document.Check(client, AclAccess.Write, "g/5/x"u8));
        Assert.Equal(new AclDecision(false, 0, AclReason.NoRule), document.Check(client, AclAccess.Read, "$g/5/x"u8));
    }

    [Fact]
    public void An_empty_client_id_matches_no_pattern_in_Strict() =>
        Assert.Equal(AclReason.UnsafeIdentity, Document("pattern read p/%c\n", AclDialect.Strict).Check(new AclClient(string.Empty, "bob"), AclAccess.Read, "p/"u8).Reason);

    [Theory]
    [InlineData("$SYS/x", AclAccess.Write, false)]
    [InlineData("$SYSTEM/x", AclAccess.Write, false)]
    [InlineData("$SYS/broker/connection/a/state", AclAccess.Write, true)]
    [InlineData("$SYS/broker/connection/a/b/state", AclAccess.Write, false)]
    [InlineData("$SYS/x", AclAccess.Read, true)]
    [InlineData("$share/g/x", AclAccess.Read, false)]
    [InlineData("$sharex", AclAccess.Write, false)]
    [InlineData("$CONTROL/x", AclAccess.Write, true)]
    public void Topics_of_the_server_are_decided_before_any_rule(string topic, AclAccess access, bool allowed) =>
        Assert.Equal(allowed, Document("topic $SYS/#\ntopic $SYSTEM/#\ntopic $share/#\ntopic $sharex\ntopic $CONTROL/#\n").Check(new AclClient("c", null), access, Encoding.UTF8.GetBytes(topic)).Allowed);

    [Theory]
    [InlineData("")]
    [InlineData("a/+")]
    [InlineData("#")]
    public void A_topic_with_wildcards_or_without_bytes_is_never_allowed(string topic) =>
        AssertDecision("topic #\n", null, AclAccess.Write, topic, new AclDecision(false, 0, AclReason.InvalidTopic));

    [Theory]
    [InlineData("a/#", "a/#", true)]
    [InlineData("a/#", "a/b", true)]
    [InlineData("a/#", "a", true)]
    [InlineData("a/#", "a/+/c", true)]
    [InlineData("a/+", "a/b", true)]
    [InlineData("a/+", "a/+", true)]
    [InlineData("a/+", "a/#", false)]
    [InlineData("a/+", "a/b/c", false)]
    [InlineData("a/+", "+/b", false)]
    [InlineData("a/b", "a/+", false)]
    [InlineData("#", "$SYS/x", false)]
    [InlineData("+/x", "$SYS/x", false)]
    [InlineData("#", "+/x", true)]
    [InlineData("a/b/#", "a/b", true)]
    [InlineData("a/b/#", "a", false)]
    public void A_subscription_needs_a_rule_that_covers_all_of_it(string rule, string filter, bool allowed) =>
        Assert.Equal(allowed, Document($"topic read {rule}\n", AclDialect.Strict).CheckSubscribe(new AclClient("c", null), Encoding.UTF8.GetBytes(filter)).Allowed);

    [Theory]
    [InlineData("a/b", "a/#", false)]
    [InlineData("a/b", "a/+", false)]
    [InlineData("a/b", "+/b", false)]
    [InlineData("a/b/#", "a/b", false)]
    [InlineData("a/+/c", "a/b/#", false)]
    [InlineData("a/b", "a/c", true)]
    [InlineData("a/b", "a/c/#", true)]
    [InlineData("a/b", "a/b/+", true)]
    [InlineData("a/b/#", "a", true)]
    [InlineData("$x/b", "#", true)]
    public void A_subscription_that_touches_a_denial_is_denied(string denied, string filter, bool allowed) =>
        Assert.Equal(allowed, Document($"topic read #\ntopic deny {denied}\n", AclDialect.Strict).CheckSubscribe(new AclClient("c", null), Encoding.UTF8.GetBytes(filter)).Allowed);

    [Theory]
    [InlineData("$sharex", AclReason.InvalidTopic)]
    [InlineData("$share", AclReason.InvalidTopic)]
    [InlineData("$share/g", AclReason.InvalidTopic)]
    [InlineData("$share/g/", AclReason.InvalidTopic)]
    [InlineData("$share//a", AclReason.InvalidTopic)]
    [InlineData("$share/+/a", AclReason.InvalidTopic)]
    [InlineData("$share/g#/a", AclReason.InvalidTopic)]
    [InlineData("$share/g/a/#/b", AclReason.InvalidTopic)]
    [InlineData("$share/g/b", AclReason.NoRule)]
    [InlineData("$share/g/#", AclReason.NoRule)]
    [InlineData("$SHARE/g/a", AclReason.NoRule)]
    [InlineData("a/#/b", AclReason.InvalidTopic)]
    [InlineData("", AclReason.InvalidTopic)]
    [InlineData("b", AclReason.NoRule)]
    public void A_subscription_that_cannot_be_is_denied(string filter, AclReason reason) =>
        Assert.Equal(
            new AclDecision(false, 0, reason),
            Document("topic read a\ntopic readwrite $share/#\ntopic write b\n", AclDialect.Strict).CheckSubscribe(new AclClient("c", null), Encoding.UTF8.GetBytes(filter)));

    [Theory]
    [InlineData("$share/g/a")]
    [InlineData("$share/$/a")]
    public void Of_a_shared_subscription_the_filter_behind_the_group_is_judged(string filter) =>
        Assert.Equal(new AclDecision(true, 1, AclReason.TopicAllow), Document("topic read a\n", AclDialect.Strict).CheckSubscribe(new AclClient("c", null), Encoding.UTF8.GetBytes(filter)));

    [Theory]
    [InlineData("#", true)]
    [InlineData("$share/g/secret", true)]
    [InlineData("a/#/b", false)]
    [InlineData("$share/g", false)]
    public void The_broker_grants_every_wellformed_subscription(string filter, bool allowed) =>
        Assert.Equal(
            new AclDecision(allowed, 0, allowed ? AclReason.SubscribeUnchecked : AclReason.InvalidTopic),
            Document("topic deny secret\n").CheckSubscribe(new AclClient("c", "bob"), Encoding.UTF8.GetBytes(filter)));

    [Fact]
    public void A_subscription_through_patterns_minds_their_tokens_and_denials()
    {
        var document = Document("pattern read d/%u/#\npattern deny d/%u/secret\n", AclDialect.Strict);
        var client = new AclClient("c", "bob");

        Assert.Equal(new AclDecision(true, 1, AclReason.PatternAllow), document.CheckSubscribe(client, "d/bob/open"u8));
        Assert.Equal(new AclDecision(false, 2, AclReason.PatternDeny), document.CheckSubscribe(client, "d/bob/#"u8));
        Assert.Equal(new AclDecision(false, 0, AclReason.NoRule), document.CheckSubscribe(client, "d/+/open"u8));
        Assert.Equal(new AclDecision(false, 0, AclReason.NoRule), document.CheckSubscribe(new AclClient("c", null), "d/bob/open"u8));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    public void A_check_does_not_allocate(int rules)
    {
        var section = string.Concat(Enumerable.Range(0, rules).Select(static rule => $"topic read a/+/b{rule}\n"));
        var document = Document($"user bob\n{section}topic deny a/x/#\npattern write d/%u/%c\npattern read d/%c/#\n", AclDialect.Strict);
        var client = new AclClient("client", "bob");
        var view = document.For(client);
        CheckAll(document, client, view);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 1000; i++)
        {
            CheckAll(document, client, view);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static void CheckAll(AclDocument document, AclClient client, AclClientView view)
    {
        view.Check(AclAccess.Write, "d/bob/client"u8);
        view.CheckSubscribe("d/client/+"u8);
        document.Check(client, AclAccess.Read, "a/c/b"u8);
        document.Check(client, AclAccess.Read, "a/x/b"u8);
        document.Check(client, AclAccess.Write, "d/bob/client"u8);
        document.CheckSubscribe(client, "d/client/+"u8);
    }

    private static void AssertDecision(string file, string? user, AclAccess access, string topic, AclDecision expected) =>
        Assert.Equal(expected, Document(file).Check(new AclClient("client", user), access, Encoding.UTF8.GetBytes(topic)));

    private static AclDocument Document(string file, AclDialect dialect = AclDialect.Mosquitto20) =>
        AclDocument.Parse(Encoding.UTF8.GetBytes(file), dialect).Document ?? throw new InvalidOperationException("The test's own file is wrong.");
}
