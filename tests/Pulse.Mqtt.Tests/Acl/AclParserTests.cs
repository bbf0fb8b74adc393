using System.Text;

namespace Pulse.Mqtt.Tests.Acl;

/// <summary>Every oddity of Mosquitto 2.0's <c>acl_file</c> that was seen on the broker.</summary>
public sealed class AclParserTests
{
    [Theory]
    [InlineData(" # x", AclDiagnosticCode.UnknownKeyword)]
    [InlineData("\t# x", AclDiagnosticCode.UnknownKeyword)]
    [InlineData("\ttopic a", AclDiagnosticCode.UnknownKeyword)]
    [InlineData("\uFEFFtopic a", AclDiagnosticCode.UnknownKeyword)]
    [InlineData("allow a", AclDiagnosticCode.UnknownKeyword)]
    [InlineData("TOPIC a", AclDiagnosticCode.UnknownKeyword)]
    [InlineData("topic\tread\ta", AclDiagnosticCode.UnknownKeyword)]
    [InlineData("topic READ a", AclDiagnosticCode.InvalidAccess)]
    [InlineData("topic subscribe a", AclDiagnosticCode.InvalidAccess)]
    [InlineData("topic a #hi", AclDiagnosticCode.InvalidAccess)]
    [InlineData("topic a b", AclDiagnosticCode.InvalidAccess)]
    [InlineData("topic read a # hi", AclDiagnosticCode.InvalidTopic)]
    [InlineData("topic a+", AclDiagnosticCode.InvalidTopic)]
    [InlineData("topic a#", AclDiagnosticCode.InvalidTopic)]
    [InlineData("topic a/#/b", AclDiagnosticCode.InvalidTopic)]
    [InlineData("topic +a", AclDiagnosticCode.InvalidTopic)]
    [InlineData("pattern %c+", AclDiagnosticCode.InvalidTopic)]
    [InlineData("topic", AclDiagnosticCode.MissingTopic)]
    [InlineData("pattern   ", AclDiagnosticCode.MissingTopic)]
    [InlineData("user", AclDiagnosticCode.MissingUserName)]
    [InlineData("user    ", AclDiagnosticCode.MissingUserName)]
    public void A_line_the_broker_refuses_is_an_error_with_its_line(string line, AclDiagnosticCode code)
    {
        var result = Parse($"topic read first\n{line}\n");

        Assert.False(result.Succeeded);
        Assert.Null(result.Document);
        Assert.Equal(new AclDiagnostic(2, code, AclSeverity.Error), Assert.Single(result.Diagnostics));
        Assert.Equal($"line 2: error {code}", result.Diagnostics[0].ToString());
    }

    [Fact]
    public void A_wrong_access_word_is_the_only_thing_said_of_its_line() =>
        Assert.Equal(AclDiagnosticCode.InvalidAccess, Assert.Single(Parse("topic reads a/#/b\n").Diagnostics).Code);

    [Fact]
    public void A_token_inside_a_level_is_nothing_to_mosquitto_2_0() => Assert.Empty(Parse("pattern read dev-%c\n").Diagnostics);

    [Theory]
    [InlineData(253, true)]
    [InlineData(254, true)]
    [InlineData(255, false)]
    public void The_buffer_that_loses_a_last_line_grows_with_the_line_feeds_of_the_lines_before(int before, bool isLost)
    {
        var last = "topic " + new string('a', 249);
        var result = Parse($"#{new string('x', before - 1)}\n{last}");

        Assert.Equal(isLost ? [AclDiagnosticCode.DroppedLastLine] : [], result.Diagnostics.Select(diagnostic => diagnostic.Code));
        Assert.Equal(!isLost, result.Document!.Check(new AclClient("c", null), AclAccess.Read, Encoding.UTF8.GetBytes(last[6..])).Allowed);
    }

    [Theory]
    [InlineData("topic read a b", "a b", true, false)]
    [InlineData("   topic read a", "a", true, false)]
    [InlineData("topic    write    a", "a", false, true)]
    [InlineData("topic a", "a", true, true)]
    [InlineData("topic readwrite a \t\v\f\r", "a", true, true)]
    [InlineData("topic read\ta", "read\ta", true, true)]
    [InlineData("topic read", "read", true, true)]
    [InlineData("topic deny", "deny", true, true)]
    [InlineData("topic deny   ", "deny", true, true)]
    [InlineData("topic deny readwrite a", "a", false, false)]
    public void A_line_the_broker_takes_means_what_it_means_there(string line, string topic, bool mayRead, bool mayWrite)
    {
        var document = Document(line + "\n");

        Assert.Equal(mayRead, Allows(document, AclAccess.Read, topic));
        Assert.Equal(mayWrite, Allows(document, AclAccess.Write, topic));
    }

    [Theory]
    [InlineData("topic read")]
    [InlineData("pattern deny  ")]
    public void A_lone_access_word_is_a_topic_and_a_warning(string line) =>
        Assert.Contains(Parse(line + "\n").Diagnostics, static diagnostic => diagnostic is { Code: AclDiagnosticCode.AccessWordIsTopic, Severity: AclSeverity.Warning });

    [Fact]
    public void Only_a_hash_at_the_first_byte_starts_a_comment() => Assert.False(Allows(Document("#topic a\n#\n\n   \n"), AclAccess.Read, "a"));

    [Fact]
    public void Two_hundred_slashes_are_the_most()
    {
        Assert.True(Parse($"topic {new string('/', 200)}\n").Succeeded);
        Assert.False(Parse($"topic {new string('/', 201)}\n").Succeeded);
    }

    [Fact]
    public void Sixty_five_thousand_bytes_are_the_most()
    {
        Assert.True(Parse($"topic {new string('a', 65_535)}\n").Succeeded);
        Assert.False(Parse($"topic {new string('a', 65_536)}\n").Succeeded);
    }

    [Fact]
    public void An_empty_file_loads_and_allows_nothing() => Assert.False(Allows(Document(string.Empty), AclAccess.Read, "a"));

    [Fact]
    public void Sections_of_one_user_are_merged_and_nothing_returns_to_the_anonymous_section()
    {
        var document = Document("user bob\ntopic read a\nuser al\ntopic read b\nuser bob\ntopic read c\n");

        Assert.True(Allows(document, AclAccess.Read, "a", "bob"));
        Assert.True(Allows(document, AclAccess.Read, "c", "bob"));
        Assert.False(Allows(document, AclAccess.Read, "b", "bob"));
        Assert.False(Allows(document, AclAccess.Read, "c"));
    }

    [Fact]
    public void A_user_name_may_hold_spaces_and_is_trimmed() =>
        Assert.True(Allows(Document("user   a b#c/d  \ntopic read x\n"), AclAccess.Read, "x", "a b#c/d"));

    [Fact]
    public void A_nul_byte_swallows_its_line_and_the_rest()
    {
        var document = Document("topic read a\ntopic read b\0c\ntopic read d\n");

        Assert.True(Allows(document, AclAccess.Read, "a"));
        Assert.False(Allows(document, AclAccess.Read, "b"));
        Assert.False(Allows(document, AclAccess.Read, "d"));
    }

    [Theory]
    [InlineData(254, true)]
    [InlineData(255, false)]
    [InlineData(256, true)]
    [InlineData(1254, true)]
    [InlineData(1255, false)]
    [InlineData(1256, true)]
    [InlineData(2255, false)]
    public void A_last_line_without_line_feed_is_lost_when_it_fills_the_buffer(int length, bool isRead)
    {
        var topic = new string('a', length - "topic ".Length);

        Assert.Equal(isRead, Allows(Document("topic " + topic), AclAccess.Read, topic));
        Assert.True(Allows(Document("topic " + topic + "\n"), AclAccess.Read, topic));
    }

    [Fact]
    public void A_longer_line_before_grows_the_buffer()
    {
        var topic = new string('a', 255 - "topic ".Length);

        Assert.True(Allows(Document($"topic {new string('b', 300)}\ntopic {topic}"), AclAccess.Read, topic));
    }

    [Fact]
    public void A_pattern_without_tokens_holds_for_everybody_and_is_a_warning()
    {
        var result = Parse("pattern read news/#\n");

        Assert.Equal(AclDiagnosticCode.PatternForEverybody, Assert.Single(result.Diagnostics).Code);
        Assert.True(Allows(result.Document!, AclAccess.Read, "news/today"));
        Assert.True(Allows(result.Document!, AclAccess.Read, "news/today", "bob"));
    }

    [Theory]
    [InlineData("topic read a", AclDiagnosticCode.MissingFinalLineFeed)]
    [InlineData("topic a\n", AclDiagnosticCode.MissingAccess)]
    [InlineData("topic read a\r\n", AclDiagnosticCode.TrailingWhiteSpace)]
    [InlineData("topic read a\tb\n", AclDiagnosticCode.InvalidText)]
    [InlineData("topic read a\u007Fb\n", AclDiagnosticCode.InvalidText)]
    [InlineData("user a/b\n", AclDiagnosticCode.AmbiguousUserName)]
    [InlineData("user a+\n", AclDiagnosticCode.AmbiguousUserName)]
    [InlineData("user $a\n", AclDiagnosticCode.AmbiguousUserName)]
    [InlineData("pattern read x/dev-%c\n", AclDiagnosticCode.AmbiguousToken)]
    [InlineData("pattern read %u/x\n", AclDiagnosticCode.AmbiguousToken)]
    [InlineData("pattern read x/y\n", AclDiagnosticCode.PatternForEverybody)]
    [InlineData("topic read a\0\n", AclDiagnosticCode.NulByte)]
    public void Strict_refuses_what_brokers_read_differently(string file, AclDiagnosticCode code)
    {
        var result = Parse(file, AclDialect.Strict);

        Assert.False(result.Succeeded);
        Assert.Contains(result.Diagnostics, diagnostic => diagnostic.Code == code && diagnostic.Severity == AclSeverity.Error);
    }

    [Fact]
    public void Strict_refuses_bytes_that_are_no_text() =>
        Assert.False(AclDocument.Parse([.. "topic read a"u8, 0xFF, (byte)'\n'], AclDialect.Strict).Succeeded);

    [Fact]
    public void Strict_takes_the_common_subset() =>
        Assert.True(Parse("# rules\n\nuser bob\ntopic read a/+\ntopic deny a/b\npattern write d/%u/x\npattern read d/%c\n", AclDialect.Strict).Succeeded);

    private static AclParseResult Parse(string file, AclDialect dialect = AclDialect.Mosquitto20) =>
        AclDocument.Parse(Encoding.UTF8.GetBytes(file), dialect);

    private static AclDocument Document(string file)
    {
        var result = Parse(file);
        Assert.True(result.Succeeded, string.Join("; ", result.Diagnostics));
        return result.Document;
    }

    private static bool Allows(AclDocument document, AclAccess access, string topic, string? user = null) =>
        document.Check(new AclClient("client", user), access, Encoding.UTF8.GetBytes(topic)).Allowed;
}
