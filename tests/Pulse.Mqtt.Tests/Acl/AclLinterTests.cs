using System.Text;

namespace Pulse.Mqtt.Tests.Acl;

/// <summary>Every way to write what one did not mean, found; and nothing found where all is well.</summary>
public sealed class AclLinterTests
{
    [Theory]
    [InlineData("topic deny readwrite a\n", 1, AclDiagnosticCode.AccessWordInTopic)]
    [InlineData("user b\ntopic read write a\n", 2, AclDiagnosticCode.AccessWordInTopic)]
    [InlineData("topic read\ta\n", 1, AclDiagnosticCode.UnpublishableTopic)]
    [InlineData("topic read a\u0085b\n", 1, AclDiagnosticCode.UnpublishableTopic)]
    [InlineData("topic read a\tb\n", 1, AclDiagnosticCode.InvalidText)]
    [InlineData("topic read\n", 1, AclDiagnosticCode.AccessWordIsTopic)]
    [InlineData("topic a\n", 1, AclDiagnosticCode.MissingAccess)]
    [InlineData("topic read a", 1, AclDiagnosticCode.MissingFinalLineFeed)]
    [InlineData("topic read a\r\n", 1, AclDiagnosticCode.TrailingWhiteSpace)]
    [InlineData("topic read a\n\0", 2, AclDiagnosticCode.NulByte)]
    [InlineData("# all is said elsewhere\n", 1, AclDiagnosticCode.NothingGranted)]
    [InlineData("user b\ntopic deny a\n", 1, AclDiagnosticCode.NothingGranted)]
    [InlineData("user b\nuser c\ntopic read a\n", 1, AclDiagnosticCode.UserWithoutRules)]
    [InlineData("user b\ntopic read a\nuser c\n", 3, AclDiagnosticCode.UserWithoutRules)]
    [InlineData("user b\ntopic read a\nuser c\npattern read d/%u\n", 3, AclDiagnosticCode.UserWithoutRules)]
    [InlineData("user b\ntopic read a\nuser c\ntopic read a\nuser b\ntopic read c\n", 5, AclDiagnosticCode.RepeatedUser)]
    [InlineData("user b\ntopic read a\nuser b\n", 3, AclDiagnosticCode.UserWithoutRules)]
    [InlineData("user b\ntopic deny x\nuser c\ntopic read a\nuser b\ntopic read x\n", 6, AclDiagnosticCode.ShadowedGrant)]
    [InlineData("# first\ntopic read a\nuser b\ntopic read b\n", 2, AclDiagnosticCode.AnonymousRules)]
    [InlineData("user b\ntopic read $share/g/a\n", 2, AclDiagnosticCode.ServerTopic)]
    [InlineData("user b\ntopic write $SYS/a\n", 2, AclDiagnosticCode.ServerTopic)]
    [InlineData("user b\ntopic read d/%c\n", 2, AclDiagnosticCode.TokenInTopic)]
    [InlineData("pattern read d/%c\n", 1, AclDiagnosticCode.ClientIdPattern)]
    [InlineData("pattern read news\n", 1, AclDiagnosticCode.PatternForEverybody)]
    [InlineData("pattern read d/x%u\n", 1, AclDiagnosticCode.AmbiguousToken)]
    [InlineData("user a/b\ntopic read a\n", 1, AclDiagnosticCode.AmbiguousUserName)]
    [InlineData("user b\ntopic read a/x\npattern deny a/%u\n", 3, AclDiagnosticCode.PatternDenyOverridden)]
    [InlineData("user b\ntopic read a/x-1\npattern deny a/x-%u\n", 3, AclDiagnosticCode.PatternDenyOverridden)]
    [InlineData("user b\ntopic read a/b\ntopic deny a/#\n", 2, AclDiagnosticCode.ShadowedGrant)]
    [InlineData("pattern deny a/+\npattern read a/%u\n", 2, AclDiagnosticCode.ShadowedGrant)]
    [InlineData("user b\ntopic readwrite #\n", 2, AclDiagnosticCode.GrantsEverything)]
    public void A_line_that_says_what_nobody_means_is_a_warning(string file, int line, AclDiagnosticCode code)
    {
        var found = Lint(file);

        Assert.Contains(new AclDiagnostic(line, code, AclSeverity.Warning), found);
        Assert.Equal(found.OrderBy(static diagnostic => diagnostic.Line), found);
    }

    [Theory]
    [InlineData("user b\ntopic read $SYS/broker/uptime\n")]
    [InlineData("user b\ntopic write $SYS/broker/connection/edge/state\n")]
    [InlineData("user b\ntopic readwrite a\ntopic deny a/x\n")]
    [InlineData("user b\ntopic deny $share/g/a\ntopic read b/readwrite a\n")]
    [InlineData("user b\ntopic deny #\nuser c\ntopic read a\npattern deny x/%u\n")]
    [InlineData("user b\ntopic read a/+\ntopic deny a/b\ntopic write denyx\n")]
    [InlineData("user b\ntopic read a é\n")]
    public void What_is_meant_is_left_alone(string file)
    {
        Assert.Empty(Lint(file));
        Assert.Empty(Lint(file, AclDialect.Strict));
    }

    [Fact]
    public void In_Strict_what_brokers_read_differently_is_an_error_and_ends_the_judging()
    {
        var found = Lint("topic a\nuser b\n", AclDialect.Strict);

        Assert.Equal(new AclDiagnostic(1, AclDiagnosticCode.MissingAccess, AclSeverity.Error), Assert.Single(found));
    }

    [Fact]
    public void Errors_of_the_broker_are_errors_here() =>
        Assert.Contains(new AclDiagnostic(1, AclDiagnosticCode.InvalidTopic, AclSeverity.Error), Lint("topic read a#\n"));

    [Theory]
    [InlineData(AclLinter.MaxUsers, false)]
    [InlineData(AclLinter.MaxUsers + 1, true)]
    public void More_users_than_the_broker_bears_are_a_warning(int users, bool isFound)
    {
        var file = new StringBuilder();
        for (var user = 0; user < users; user++)
        {
            file.Append("user u").Append(user).Append("\ntopic read a\n");
        }

        var found = Lint(file.ToString());

        Assert.Equal(isFound ? [new AclDiagnostic((2 * AclLinter.MaxUsers) + 1, AclDiagnosticCode.TooManyUsers, AclSeverity.Warning)] : [], found);
    }

    [Fact]
    public void Every_finding_says_what_to_do()
    {
        foreach (var code in Enum.GetValues<AclDiagnosticCode>())
        {
            var message = new AclDiagnostic(1, code, AclSeverity.Warning).Message;
            Assert.InRange(message.Length, 40, 300);
            Assert.EndsWith(".", message, StringComparison.Ordinal);
        }

        Assert.Equal(Enum.GetValues<AclDiagnosticCode>().Length, Enum.GetValues<AclDiagnosticCode>().Select(static code => new AclDiagnostic(1, code, AclSeverity.Error).Message).Distinct().Count());
        Assert.Throws<ArgumentOutOfRangeException>(static () => new AclDiagnostic(1, (AclDiagnosticCode)99, AclSeverity.Error).Message);
    }

    private static IReadOnlyList<AclDiagnostic> Lint(string file, AclDialect dialect = AclDialect.Mosquitto20) =>
        AclLinter.Lint(AclFile.Bytes(file), dialect);
}
