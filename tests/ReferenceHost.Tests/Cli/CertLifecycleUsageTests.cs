using Pulse.ReferenceHost.Cli;

namespace Pulse.ReferenceHost.Tests.Cli;

/// <summary>What the commands that change certificates say to whoever mistypes them; no database is asked for it.</summary>
public sealed class CertLifecycleUsageTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pulse-cert-");

    public CertLifecycleUsageTests() => File.WriteAllText(PathOf("password"), "correct horse battery\n");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("cert needs one of: validate, issue")]
    [InlineData("There is no command \"cert renew\"", "renew")]
    [InlineData("cert issue needs --tenant", "issue")]
    [InlineData("cert issue takes no \"now\"", "issue", "now")]
    [InlineData("are not the names of a tenant and its device", "hold", "--tenant", "ACME", "--device", "x", "--serial", "01")]
    [InlineData("cert revoke needs --serial", "revoke", "--tenant", "acme", "--device", "x")]
    [InlineData("--reason is unspecified, keyCompromise", "revoke", "--reason", "certificateHold")]
    [InlineData("--invalid-since lies in the future", "revoke", "--invalid-since", "2999-01-01T00:00:00Z")]
    [InlineData("either --csr FILE", "issue", "--tenant", "acme", "--device", "x")]
    [InlineData("either --csr FILE", "issue", "--tenant", "acme", "--device", "x", "--csr", "a", "--new-key", "b")]
    [InlineData("PASSWORD holds no certificate request", "issue", "--tenant", "acme", "--device", "x", "--csr", "PASSWORD")]
    [InlineData("PASSWORD is there already", "issue", "--tenant", "acme", "--device", "x", "--new-key", "PASSWORD")]
    [InlineData("or its folder is not", "issue", "--tenant", "acme", "--device", "x", "--new-key", "/nowhere/key")]
    [InlineData("cert needs the device CA", "issue", "--tenant", "acme", "--device", "x", "--new-key", "new.key")]
    [InlineData("cert issue needs --password-file", "issue", "--tenant", "acme", "--device", "x", "--new-key", "new.key", "--ca", "x")]
    [InlineData("cert needs a database", "hold", "--tenant", "acme", "--device", "x", "--serial", "01")]
    [InlineData("The database cannot be used", "hold", "--tenant", "acme", "--device", "x", "--serial", "01", "--connection", "Host=/nowhere;Username=x;Database=y", "--audit-connection", "Host=/nowhere;Username=x;Database=y")]
    [InlineData("cert needs the login that writes the audit trail", "hold", "--tenant", "acme", "--device", "x", "--serial", "01", "--connection", "Host=/nowhere;Username=x;Database=y")]
    [InlineData("--audit-connection is no PostgreSQL connection string", "hold", "--tenant", "acme", "--device", "x", "--serial", "01", "--connection", "Host=/nowhere", "--audit-connection", "Hots=secret-word")]
    [InlineData("cert release: the audit trail cannot be written, so nothing was done", "release", "--tenant", "acme", "--device", "x", "--serial", "01", "--connection", "Host=/nowhere", "--audit-connection", "Host=/nowhere;Username=x;Database=y")]
    [InlineData("--connection is no PostgreSQL connection string", "hold", "--tenant", "acme", "--device", "x", "--serial", "01", "--connection", "Hots=secret-word", "--audit-connection", "Host=/nowhere")]
    [InlineData("There is no database of development mode in", "hold", "--tenant", "acme", "--device", "x", "--serial", "01", "--data", "/nowhere")]
    public async Task Bad_usage_is_told_in_words(string expected, params string[] words)
    {
        string Fill(string word) => word.Replace("PASSWORD", PathOf("password"), StringComparison.Ordinal);

        var refusal = await Assert.ThrowsAsync<UsageException>(
            () => CertCommands.RunAsync([.. words.Select(Fill)], TextReader.Null, TextWriter.Null, CancellationToken.None));

        Assert.Contains(Fill(expected), refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-word", refusal.Message, StringComparison.Ordinal);
    }

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);
}
