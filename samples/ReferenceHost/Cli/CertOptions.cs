using System.Text;
using Pulse.Certs;
using Pulse.ReferenceHost.Development;

namespace Pulse.ReferenceHost.Cli;

/// <summary>What the commands that change certificates have in common: which device, which database, which authority.</summary>
internal static class CertOptions
{
    private const string Development = "--development";
    private const string AuthoritySetting = "Pulse__Certificates__Authority";
    private const string BlockedKeysSetting = "Pulse__Certificates__BlockedKeysFile";
    private const int MaxPasswordBytes = 64 * 1024;

    public static BatchOptions Parse(string command, string[] words, params string[] known)
    {
        var options = BatchOptions.Parse(
            command, words.Where(word => word != Development), ["--tenant", "--device", "--audit-connection", .. WorkerDatabase.OptionNames, .. known]);
        return options.Files.Count == 0
            ? options
            : throw new UsageException($"{command} takes no \"{options.Files[0]}\". Try: help");
    }

    public static DeviceSubject Device(BatchOptions options)
    {
        var (tenant, device) = (options.Require("--tenant"), options.Require("--device"));
        return DeviceSubject.TryCreate(tenant, device, out var subject)
            ? subject
            : throw new UsageException($"\"{tenant}\" and \"{device}\" are not the names of a tenant and its device.");
    }

    public static async Task<CertificateSettings> AuthorityAsync(BatchOptions options, CancellationToken stop)
    {
        if (options.Find("--ca") is { } folder)
        {
            var password = await BoundedFile.ReadAsync(options.Require("--password-file"), MaxPasswordBytes, stop);
            return InFolder(folder, Encoding.UTF8.GetString(password).TrimEnd('\r', '\n'));
        }

        var (certificate, key, secret) = (Setting("CertificateFile"), Setting("KeyFile"), Setting("Password"));
        if (options.Find("--data") is null && certificate is not null && key is not null && secret is not null)
        {
            return new CertificateSettings
            {
                AuthorityCertificateFile = certificate,
                AuthorityKeyFile = key,
                AuthorityPassword = secret,
                BlockedKeysFile = Environment.GetEnvironmentVariable(BlockedKeysSetting),
            };
        }

        if (WorkerDatabase.DevelopmentRoot(options) is not { } root)
        {
            throw new UsageException(
                $"cert needs the device CA: --ca DIR --password-file FILE as ca init made it, or {AuthoritySetting}CertificateFile, …KeyFile and …Password "
                + "in the environment, or --data DIR for the one of ./run.sh.");
        }

        var (_, secrets) = await DevelopmentFolder.FindDatabaseAsync(root, stop);
        return InFolder(Path.Combine(root, "ca"), secrets.AuthorityKey);
    }

    private static string? Setting(string name) => Environment.GetEnvironmentVariable(AuthoritySetting + name);

    private static CertificateSettings InFolder(string folder, string password) => new()
    {
        AuthorityCertificateFile = Path.Combine(folder, "ca.pem"),
        AuthorityKeyFile = Path.Combine(folder, "ca.key.pem"),
        AuthorityPassword = password,
        BlockedKeysFile = Environment.GetEnvironmentVariable(BlockedKeysSetting),
    };
}
