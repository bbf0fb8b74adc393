using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Pulse.ReferenceHost.Cli;

namespace Pulse.ReferenceHost.Tests.Cli;

/// <summary>Transcripts of <c>csr inspect</c>.</summary>
public sealed class CsrCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pulse-csr-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Inspect_judges_each_file_in_order()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var der = new CertificateRequest("CN=x", key, HashAlgorithmName.SHA256).CreateSigningRequest();
        var authority = new CertificateRequest("CN=x", key, HashAlgorithmName.SHA256);
        authority.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var flipped = der.ToArray();
        flipped[^1] ^= 1;
        await File.WriteAllBytesAsync(PathOf("good.der"), der);
        await File.WriteAllTextAsync(PathOf("good.pem"), PemEncoding.WriteString("CERTIFICATE REQUEST", der));
        await File.WriteAllBytesAsync(PathOf("flipped.der"), flipped);
        await File.WriteAllBytesAsync(PathOf("authority.der"), authority.CreateSigningRequest());
        await File.WriteAllTextAsync(PathOf("empty"), string.Empty);

        string[] files = ["good.der", "good.pem", "flipped.der", "authority.der", "empty"];
        using var output = new StringWriter { NewLine = "\n" };
        var exitCode = await CsrCommands.RunAsync(["inspect", .. files.Select(PathOf)], output, CancellationToken.None);

        Assert.Equal(0, exitCode);
        Assert.Equal(
            $$"""
            {"file":"{{PathOf("good.der")}}","ok":true,"reason":null}
            {"file":"{{PathOf("good.pem")}}","ok":true,"reason":null}
            {"file":"{{PathOf("flipped.der")}}","ok":false,"reason":"ProofOfPossessionFailed"}
            {"file":"{{PathOf("authority.der")}}","ok":false,"reason":"AuthorityRequested"}
            {"file":"{{PathOf("empty")}}","ok":false,"reason":"RequestMalformed"}

            """,
            output.ToString());
    }

    [Theory]
    [InlineData("csr needs: inspect")]
    [InlineData("There is no command \"csr run\"", "run")]
    [InlineData("csr inspect takes the names of files", "inspect")]
    [InlineData("csr inspect has no option", "inspect", "--deep")]
    [InlineData("/nowhere/csr.pem cannot be read", "inspect", "/nowhere/csr.pem")]
    public async Task Bad_usage_says_what_is_wrong(string expected, params string[] words)
    {
        var refused = await Assert.ThrowsAsync<UsageException>(() => CsrCommands.RunAsync(words, TextWriter.Null, CancellationToken.None));

        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
    }

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);
}
