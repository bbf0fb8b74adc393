using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.Time.Testing;
using Pulse.ReferenceHost.Development;
using Xunit.Abstractions;

namespace Pulse.Certs.IntegrationTests;

/// <summary>OpenSSL as the other judge: the same chains and CRLs, the same verdicts.</summary>
public sealed class OpenSslPathTests(ITestOutputHelper output) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pulse-paths-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public Task Three_hundred_chains_are_judged_as_OpenSSL_judges_them() => CompareAsync(300);

    [Fact]
    [Trait("Category", "Soak")]
    public Task Five_thousand_chains_are_judged_as_OpenSSL_judges_them() => CompareAsync(5_000);

    private async Task CompareAsync(int count)
    {
        // A failure names the seed of its chain; PULSE_SEED repeats a run from there.
        var first = int.TryParse(Environment.GetEnvironmentVariable("PULSE_SEED"), CultureInfo.InvariantCulture, out var given)
            ? given
            : RandomNumberGenerator.GetInt32(1_000_000_000);
        output.WriteLine($"first seed {first}");
        var (accepted, differing) = (0, new List<string>());
        for (var seed = first; seed < first + count; seed++)
        {
            var chain = new RandomChain(seed);
            var refusal = Judge(chain);
            var (exitCode, said) = await OpenSslAsync(chain);
            accepted += exitCode == 0 ? 1 : 0;
            if ((refusal == CertificateRefusal.None) != (exitCode == 0))
            {
                differing.Add($"seed {seed} ({chain}): {refusal}, OpenSSL: {said}");
            }
        }

        output.WriteLine($"{accepted} of {count} accepted by both");
        Assert.True(differing.Count == 0, string.Join('\n', differing.Take(10)));
        Assert.InRange(accepted, count / 20, count * 19 / 20);
    }

    private static CertificateRefusal Judge(RandomChain chain)
    {
        var options = new CertificatePathOptions { Revocation = chain.WithCrls ? RevocationChecking.Require : RevocationChecking.Off };
        var lists = new List<CertificateRevocationList>();
        foreach (var crl in chain.Crls)
        {
            Assert.True(CertificateRevocationList.TryRead(crl, out var list));
            lists.Add(list);
        }

        try
        {
            return new CertificatePathValidator([chain.Certificates[0]], options, new FakeTimeProvider(RandomChain.Now)).Validate(
                new CertificatePathRequest
                {
                    Certificate = chain.Certificates[^1],
                    Intermediates = [.. chain.Intermediates.Select(der => (ReadOnlyMemory<byte>)der)],
                    RevocationLists = lists,
                }).Refusal;
        }
        catch (ArgumentException)
        {
            // An anchor that cannot be one is refused when the validator is made.
            return CertificateRefusal.IssuerUnknown;
        }
    }

    private async Task<(int ExitCode, string Said)> OpenSslAsync(RandomChain chain)
    {
        await WriteAsync("root.pem", "CERTIFICATE", [chain.Certificates[0]]);
        await WriteAsync("leaf.pem", "CERTIFICATE", [chain.Certificates[^1]]);
        await WriteAsync("chain.pem", "CERTIFICATE", chain.Intermediates);
        await WriteAsync("crls.pem", "X509 CRL", chain.Crls);
        List<string> arguments =
        [
            "verify", "-x509_strict", "-purpose", "sslclient", "-attime", RandomChain.Now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
            "-no-CApath", "-no-CAstore", "-CAfile", PathOf("root.pem"),
        ];
        if (chain.Intermediates.Any())
        {
            arguments.AddRange(["-untrusted", PathOf("chain.pem")]);
        }

        if (chain.WithCrls)
        {
            arguments.Add("-crl_check_all");
            if (chain.Crls.Count > 0)
            {
                arguments.AddRange(["-CRLfile", PathOf("crls.pem")]);
            }
        }

        arguments.Add(PathOf("leaf.pem"));
        return await Tool.TryRunAsync("openssl", [.. arguments], CancellationToken.None);
    }

    private Task WriteAsync(string name, string label, IEnumerable<byte[]> items) =>
        File.WriteAllTextAsync(PathOf(name), string.Join('\n', items.Select(item => PemEncoding.WriteString(label, item))));

    private string PathOf(string name) => Path.Combine(_folder, name);
}
