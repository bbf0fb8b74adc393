using Pulse.ReferenceHost.Cli;

namespace Pulse.ReferenceHost.Tests.Cli;

/// <summary>Transcripts of <c>acl check</c>, <c>acl explain</c>, <c>acl lint</c> and <c>acl generate</c>.</summary>
public sealed class AclCommandTests : IDisposable
{
    private const string Rules = "user bob\ntopic read a/#\ntopic deny a/x\npattern write d/%c/up\n";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pulse-acl-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Check_answers_line_by_line_in_order()
    {
        const string Input =
            """
            {"clientId":"c1","username":"bob","access":"read","topic":"a/b"}
            {"clientId":"c1","username":"bob","access":"read","topic":"a/x"}
            {"clientId":"c1","username":null,"access":"write","topic":"d/c1/up"}
            {"clientId":"c1","access":"read","topic":"a/b"}
            {"clientId":"c1","username":"bob","access":"subscribe","topic":"a/#"}
            {"clientId":"c1","username":"bob","access":"subscribe","topic":"$share/g/a/b"}
            {"clientId":"a/b","username":"bob","access":"write","topic":"d/a/b/up"}
            {"clientId":"c1","username":"bob","access":"write","topic":"$SYS/x"}
            """;

        Assert.Equal(
            """
            {"n":1,"allowed":true,"line":2,"reason":"TopicAllow"}
            {"n":2,"allowed":false,"line":3,"reason":"TopicDeny"}
            {"n":3,"allowed":true,"line":4,"reason":"PatternAllow"}
            {"n":4,"allowed":false,"line":null,"reason":"NoRule"}
            {"n":5,"allowed":false,"line":3,"reason":"TopicDeny"}
            {"n":6,"allowed":true,"line":2,"reason":"TopicAllow"}
            {"n":7,"allowed":false,"line":null,"reason":"UnsafeIdentity"}
            {"n":8,"allowed":false,"line":null,"reason":"SystemTopic"}

            """,
            await RunAsync(0, Input, "check", "--file", Write(Rules)));
    }

    [Fact]
    public async Task Check_in_the_brokers_dialect_decides_as_the_broker() =>
        Assert.Equal(
            """
            {"n":1,"allowed":true,"line":4,"reason":"PatternAllow"}
            {"n":2,"allowed":true,"line":null,"reason":"SubscribeUnchecked"}

            """,
            await RunAsync(
                0,
                """
                {"clientId":"a/b","username":"bob","access":"write","topic":"d/a/b/up"}
                {"clientId":"c1","username":"bob","access":"subscribe","topic":"#"}
                """,
                "check", "--file", Write(Rules), "--dialect", "mosquitto20"));

    [Theory]
    [InlineData("")]
    [InlineData("no JSON")]
    [InlineData("[]")]
    [InlineData("""{"clientId":"c","username":"u","access":"publish","topic":"a"}""")]
    [InlineData("""{"clientId":"c","username":7,"access":"read","topic":"a"}""")]
    [InlineData("""{"clientId":"c","username":"u","access":"read"}""")]
    [InlineData("""{"clientId":"c","clientId":"d","username":"u","access":"read","topic":"a"}""")]
    [InlineData("""{"clientId":"\ud800","username":"u","access":"read","topic":"a"}""")]
    public async Task A_line_that_is_no_question_is_denied_in_its_place(string line) =>
        Assert.Equal(
            """
            {"n":1,"allowed":false,"line":null,"reason":"InvalidInput"}
            {"n":2,"allowed":true,"line":2,"reason":"TopicAllow"}

            """,
            await RunAsync(0, line + "\n" + """{"clientId":"c1","username":"bob","access":"read","topic":"a/b"}""", "check", "--file", Write(Rules)));

    [Fact]
    public async Task An_invalid_file_is_diagnosed_and_not_used()
    {
        using var output = new StringWriter { NewLine = "\n" };

        var refused = await Assert.ThrowsAsync<UsageException>(
            () => AclCommands.RunAsync(["check", "--file", Write("topic read a\nTOPIC read b\n")], TextReader.Null, output, CancellationToken.None));

        Assert.EndsWith("is no valid ACL file in dialect Strict: line 2: error UnknownKeyword.", refused.Message, StringComparison.Ordinal);
        Assert.StartsWith("""{"line":2,"code":"UnknownKeyword","severity":"error","message":"The line begins with none of""", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_tells_which_line_decided_and_why() =>
        Assert.Equal(
            """
            {"n":1,"allowed":false,"line":3,"reason":"TopicDeny","summary":"Denied: line 3 of user \"bob\" denies the topic, for reading and writing; denials go before grants.","steps":[{"line":3,"outcome":"Decided","rule":"topic deny a/x","filter":"a/x"},{"line":2,"outcome":"TooLate","rule":"topic read a/#","filter":"a/#"},{"line":4,"outcome":"NoMatch","rule":"pattern write d/%c/up","filter":"d/c1/up"}]}

            """,
            await RunAsync(0, """{"clientId":"c1","username":"bob","access":"read","topic":"a/x"}""", "explain", "--file", Write(Rules)));

    [Fact]
    public async Task Explain_tells_why_a_subscription_is_denied() =>
        Assert.Equal(
            """
            {"n":1,"allowed":false,"line":3,"reason":"TopicDeny","summary":"Denied: line 3 of user \"bob\" denies a part of it, for reading and writing; denials go before grants.","steps":[{"line":3,"outcome":"Decided","rule":"topic deny a/x","filter":"a/x"},{"line":2,"outcome":"TooLate","rule":"topic read a/#","filter":"a/#"},{"line":4,"outcome":"NoMatch","rule":"pattern write d/%c/up","filter":"d/c1/up"}]}

            """,
            await RunAsync(0, """{"clientId":"c1","username":"bob","access":"subscribe","topic":"a/#"}""", "explain", "--file", Write(Rules)));

    [Fact]
    public async Task Lint_ends_with_1_when_anything_is_found_and_with_0_otherwise()
    {
        Assert.Equal(
            """
            {"line":2,"code":"ShadowedGrant","severity":"warning","message":"A denial covers this grant whole, and denials go first whatever the order; it has no effect. Remove one of the two."}

            """,
            await RunAsync(1, "", "lint", "--file", Write("user bob\ntopic read a\ntopic deny a\ntopic read b\n")));
        Assert.Equal(string.Empty, await RunAsync(0, "", "lint", "--file", Write("user bob\ntopic read a\n")));
    }

    [Fact]
    public async Task Generate_prints_a_file_that_lint_has_nothing_to_say_about()
    {
        const string Input =
            """
            {"tenant":"acme","device":"d1"}

            {"service":"svc","read":["tenant/+/device/+/telemetry"],"write":["tenant/+/device/+/commands"]}
            """;

        var file = await RunAsync(0, Input, "generate");

        Assert.StartsWith(
            """
            # Generated by Pulse.Mqtt. Changes here are lost.

            user svc
            topic read tenant/+/device/+/telemetry
            topic write tenant/+/device/+/commands

            user acme:d1
            topic write tenant/acme/device/d1/telemetry

            """,
            file,
            StringComparison.Ordinal);
        Assert.Equal(string.Empty, await RunAsync(0, "", "lint", "--file", Write(file)));
    }

    [Theory]
    [InlineData("""{"tenant":"acme","device":"d1"}{}""", "Line 1 is neither")]
    [InlineData("""{"tenant":"ACME","device":"d1"}""", "Line 1 is neither")]
    [InlineData("""{"tenant":"acme"}""", "Line 1 is neither")]
    [InlineData("""{"service":null}""", "Line 1 is neither")]
    [InlineData("""{"service":"a b"}""", "1 to 64 characters")]
    [InlineData("""{"service":"a","read":["x\ny"]}""", "must be valid")]
    [InlineData("""{"tenant":"acme","device":"d1"}@{"tenant":"acme","device":"d1"}""", "stands there twice")]
    [InlineData("""{"tenant":"acme","device":"d1"}@{"tenant":"acme","device":"d2"}@{"tenant":"acme","device":"d3"}""", "More than 2 users")]
    public async Task Generate_refuses_what_cannot_be_written_safely_and_prints_nothing(string input, string expected)
    {
        using var reader = new StringReader(input.Replace('@', '\n'));
        using var output = new StringWriter();

        var refused = await Assert.ThrowsAsync<UsageException>(() => AclCommands.RunAsync(["generate", "--max-users", "2"], reader, output, CancellationToken.None));

        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
        Assert.Empty(output.ToString());
    }

    [Theory]
    [InlineData("acl needs one of")]
    [InlineData("There is no command \"acl chek\"", "chek")]
    [InlineData("acl check needs --file", "check")]
    [InlineData("--dialect is strict or mosquitto20, not \"2.1\"", "check", "--file", "f", "--dialect", "2.1")]
    [InlineData("/nowhere/acl.conf cannot be read", "lint", "--file", "/nowhere/acl.conf")]
    [InlineData("takes no file: \"x\"", "explain", "--file", "f", "x")]
    [InlineData("--max-users is a number above 0", "generate", "--max-users", "0")]
    public async Task Bad_usage_says_what_is_wrong(string expected, params string[] words)
    {
        var refused = await Assert.ThrowsAsync<UsageException>(() => AclCommands.RunAsync(words, TextReader.Null, TextWriter.Null, CancellationToken.None));

        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
    }

    private static async Task<string> RunAsync(int exitCode, string input, params string[] words)
    {
        using var reader = new StringReader(input);
        using var output = new StringWriter { NewLine = "\n" };
        Assert.Equal(exitCode, await AclCommands.RunAsync(words, reader, output, CancellationToken.None));
        return output.ToString();
    }

    private string Write(string text)
    {
        var file = Path.Combine(_folder.FullName, Path.GetRandomFileName());
        File.WriteAllText(file, text);
        return file;
    }
}
