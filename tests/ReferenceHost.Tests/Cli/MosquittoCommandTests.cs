using Pulse.ReferenceHost.Cli;

namespace Pulse.ReferenceHost.Tests.Cli;

/// <summary>Transcripts of <c>mosquitto lint</c>.</summary>
public sealed class MosquittoCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pulse-mosquitto-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Lint_names_the_line_and_ends_with_1_when_anything_is_found()
    {
        var (exitCode, output) = await LintAsync("persistence true\nmax_queued_messages 1000000\nacl_file /acl\npassword_file /pw\nallow_anonymous true\nlistener 1883 127.0.0.1\n");

        Assert.Equal(1, exitCode);
        Assert.Equal(
            """
            {"line":5,"code":"AnonymousAllowed","severity":"error","message":"Clients without a name are let in. Write 'allow_anonymous false'."}

            """,
            output);
    }

    [Fact]
    public async Task Lint_reads_the_CRL_the_configuration_names()
    {
        var (_, output) = await LintAsync($"listener 8883\nrequire_certificate true\ncrlfile {_folder.FullName}/none.pem\n");

        Assert.Contains("\"line\":3,\"code\":\"CrlUnreadable\",\"severity\":\"error\"", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_good_configuration_ends_with_0() =>
        Assert.Equal((0, ""), await LintAsync("persistence true\nmax_queued_messages 1000000\nacl_file /acl\npassword_file /pw\nlistener 1883 127.0.0.1\n"));

    [Theory]
    [InlineData("mosquitto needs: lint")]
    [InlineData("There is no command \"mosquitto run\"", "run")]
    [InlineData("mosquitto lint needs --conf", "lint")]
    [InlineData("/nowhere/m.conf cannot be read", "lint", "--conf", "/nowhere/m.conf")]
    public async Task Bad_usage_says_what_is_wrong(string expected, params string[] words)
    {
        var refused = await Assert.ThrowsAsync<UsageException>(() => MosquittoCommands.RunAsync(words, TextWriter.Null, CancellationToken.None));

        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
    }

    private async Task<(int ExitCode, string Output)> LintAsync(string configuration)
    {
        var file = Path.Combine(_folder.FullName, "mosquitto.conf");
        await File.WriteAllTextAsync(file, configuration);
        using var output = new StringWriter { NewLine = "\n" };
        return (await MosquittoCommands.RunAsync(["lint", "--conf", file], output, CancellationToken.None), output.ToString());
    }
}
