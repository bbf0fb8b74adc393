using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Pulse.Certs;
using Pulse.ReferenceHost.Development;

namespace Pulse.ReferenceHost.Cli;

/// <summary><c>ca init</c>: makes a device CA, a root to keep offline, or an issuing CA that a root signs.</summary>
internal static class CaCommands
{
    private const string CertificateFile = "ca.pem";
    private const string KeyFile = "ca.key.pem";
    private const int MaxFileBytes = 64 * 1024;
    private const int ShortestPassword = 12;

    public static Task<int> RunAsync(string[] words, TextWriter output, CancellationToken stop) => words switch
    {
        ["init", .. var rest] => InitAsync(rest, output, stop),
        [] => throw new UsageException("ca needs: init. Try: help"),
        _ => throw new UsageException($"There is no command \"ca {words[0]}\": init. Try: help"),
    };

    private static async Task<int> InitAsync(string[] words, TextWriter output, CancellationToken stop)
    {
        var options = BatchOptions.Parse(
            "ca init", words, "--out", "--name", "--days", "--password-file", "--kind", "--root", "--root-password-file");
        options.RefuseFiles();
        var folder = options.Require("--out");
        var password = await ReadPasswordAsync(options.Require("--password-file"), stop);
        var days = ParseDays(options.Find("--days") ?? "3650");
        var (certificate, key) = (Path.Combine(folder, CertificateFile), Path.Combine(folder, KeyFile));
        if (File.Exists(certificate) || File.Exists(key))
        {
            // Whoever loses a CA's key loses its fleet.
            throw new UsageException($"{folder} holds a CA already; name another folder.");
        }

        var material = await CreateAsync(options, days, password, stop);
        try
        {
            Directory.CreateDirectory(folder);
            await PrivateFile.WriteAsync(key, material.EncryptedPrivateKeyPem, stop);
            await File.WriteAllTextAsync(certificate, material.CertificatePem, stop);
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new UsageException($"{folder} cannot be written: {unwritable.Message}");
        }

        using var made = X509Certificate2.CreateFromPem(material.CertificatePem);
        await JsonLines.WriteAsync(
            output,
            new
            {
                certificate,
                key,
                subject = made.Subject,
                issuer = made.Issuer,
                notAfter = made.NotAfter.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
                sha256 = Convert.ToHexStringLower(SHA256.HashData(made.RawData)),
            },
            stop);
        return 0;
    }

    private static async Task<CertificateAuthorityMaterial> CreateAsync(BatchOptions options, int days, string password, CancellationToken stop)
    {
        var (kind, lifetime) = (options.Find("--kind") ?? "issuing", TimeSpan.FromDays(days));
        var name = options.Find("--name") ?? (kind == "root" ? "Pulse Root CA" : "Pulse Device CA");
        try
        {
            switch (kind, options.Find("--root"))
            {
                case ("issuing", { } root):
                    var signer = CaSigners.FromEncryptedPem(
                        Encoding.UTF8.GetString(await BoundedFile.ReadAsync(Path.Combine(root, CertificateFile), MaxFileBytes, stop)),
                        Encoding.UTF8.GetString(await BoundedFile.ReadAsync(Path.Combine(root, KeyFile), MaxFileBytes, stop)),
                        await ReadPasswordAsync(options.Require("--root-password-file"), stop));
                    return await CertificateAuthorityMaterial.CreateIntermediateAsync(signer, name, lifetime, password, TimeProvider.System, stop);
                case ("issuing", null):
                    return CertificateAuthorityMaterial.Create(name, lifetime, password, TimeProvider.System);
                case ("root", null):
                    return CertificateAuthorityMaterial.CreateRoot(name, lifetime, password, TimeProvider.System);
                case ("root", _):
                    throw new UsageException("ca init: a root signs itself; leave out --root.");
                default:
                    throw new UsageException($"ca init: --kind is issuing or root, not \"{kind}\".");
            }
        }
        catch (ArgumentException unusable)
        {
            throw new UsageException($"ca init: {unusable.Message}");
        }
    }

    private static int ParseDays(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days is >= 1 and <= 14_600
            ? days
            : throw new UsageException($"ca init: --days is a number from 1 to 14600, not \"{text}\".");

    /// <summary>From a file, because a command line is read by every user of the machine and kept in histories.</summary>
    private static async Task<string> ReadPasswordAsync(string file, CancellationToken stop)
    {
        var text = Encoding.UTF8.GetString(await BoundedFile.ReadAsync(file, MaxFileBytes, stop)).TrimEnd('\r', '\n');
        return text.Length >= ShortestPassword
            ? text
            : throw new UsageException($"{file}: the password has fewer than {ShortestPassword} characters.");
    }
}
