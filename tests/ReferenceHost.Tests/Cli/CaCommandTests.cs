using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Pulse.Certs;
using Pulse.ReferenceHost.Cli;

namespace Pulse.ReferenceHost.Tests.Cli;

/// <summary>Transcripts of <c>ca init</c>.</summary>
public sealed class CaCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pulse-ca-");

    public CaCommandTests() => File.WriteAllText(PathOf("password"), "correct horse battery\n");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Init_makes_a_CA_whose_key_the_password_opens_and_only_its_owner_reads()
    {
        var (exitCode, line) = await InitAsync("--out", PathOf("ca"), "--password-file", PathOf("password"), "--name", "Plant CA", "--days", "30");

        Assert.Equal(0, exitCode);
        Assert.Equal(PathOf("ca/ca.pem"), line.GetProperty("certificate").GetString());
        Assert.Equal("CN=Plant CA", line.GetProperty("subject").GetString());
        Assert.Equal("CN=Plant CA", line.GetProperty("issuer").GetString());
        Assert.EndsWith("Z", line.GetProperty("notAfter").GetString(), StringComparison.Ordinal);
        Assert.Matches("^[0-9a-f]{64}$", line.GetProperty("sha256").GetString());
        Assert.NotNull(CaSigners.FromEncryptedPem(
            await File.ReadAllTextAsync(PathOf("ca/ca.pem")), await File.ReadAllTextAsync(PathOf("ca/ca.key.pem")), "correct horse battery"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(PathOf("ca/ca.key.pem")));
    }

    [Fact]
    public async Task Init_makes_a_root_and_an_issuing_CA_that_it_signs()
    {
        await InitAsync("--out", PathOf("root"), "--password-file", PathOf("password"), "--kind", "root");
        var (_, line) = await InitAsync(
            "--out", PathOf("issuing"), "--password-file", PathOf("password"), "--root", PathOf("root"), "--root-password-file", PathOf("password"));

        Assert.Equal("CN=Pulse Device CA", line.GetProperty("subject").GetString());
        Assert.Equal("CN=Pulse Root CA", line.GetProperty("issuer").GetString());
        using var root = X509Certificate2.CreateFromPem(await File.ReadAllTextAsync(PathOf("root/ca.pem")));
        Assert.Equal(1, root.Extensions.OfType<X509BasicConstraintsExtension>().Single().PathLengthConstraint);
    }

    [Fact]
    public async Task Init_never_overwrites_a_CA()
    {
        await InitAsync("--out", PathOf("ca"), "--password-file", PathOf("password"));
        var before = await File.ReadAllTextAsync(PathOf("ca/ca.key.pem"));

        var refused = await Assert.ThrowsAsync<UsageException>(() => InitAsync("--out", PathOf("ca"), "--password-file", PathOf("password")));

        Assert.Contains("holds a CA already", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllTextAsync(PathOf("ca/ca.key.pem")));
    }

    [Theory]
    [InlineData("ca needs: init")]
    [InlineData("There is no command \"ca run\"", "run")]
    [InlineData("ca init needs --out", "init")]
    [InlineData("ca init needs --password-file", "init", "--out", "x")]
    [InlineData("/nowhere/p cannot be read", "init", "--out", "x", "--password-file", "/nowhere/p")]
    [InlineData("--days is a number from 1 to 14600", "init", "--out", "x", "--days", "0", "--password-file", "PASSWORD")]
    [InlineData("--kind is issuing or root", "init", "--out", "x", "--kind", "leaf", "--password-file", "PASSWORD")]
    [InlineData("a root signs itself", "init", "--out", "x", "--kind", "root", "--root", "y", "--password-file", "PASSWORD")]
    [InlineData("at most 64 characters", "init", "--out", "x", "--name", "a\u0001", "--password-file", "PASSWORD")]
    [InlineData("fewer than 12 characters", "init", "--out", "x", "--password-file", "SHORT")]
    public async Task Bad_usage_says_what_is_wrong(string expected, params string[] words)
    {
        await File.WriteAllTextAsync(PathOf("short"), "eleven-char\n");
        var given = words.Select(word => word switch { "PASSWORD" => PathOf("password"), "SHORT" => PathOf("short"), _ => word });

        var refused = await Assert.ThrowsAsync<UsageException>(() => CaCommands.RunAsync([.. given], TextWriter.Null, CancellationToken.None));

        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
    }

    private async Task<(int ExitCode, JsonElement Line)> InitAsync(params string[] words)
    {
        using var output = new StringWriter();
        var exitCode = await CaCommands.RunAsync(["init", .. words], output, CancellationToken.None);
        return (exitCode, JsonDocument.Parse(output.ToString()).RootElement);
    }

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);
}
