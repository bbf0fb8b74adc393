using System.Text;
using Pulse.Certs;
using Pulse.ReferenceHost.Development;

namespace Pulse.ReferenceHost.Cli;

/// <summary>
/// <c>cert issue</c>, <c>rotate</c>, <c>revoke</c>, <c>hold</c> and <c>release</c>: the authority's own operations over the platform's
/// database, for whoever holds the worker's login. Exit 1 when it was refused.
/// </summary>
internal static class CertLifecycle
{
    // A PEM file of the largest request, with room for whatever text stands around it.
    private const int MaxRequestFileBytes = 256 * 1024;

    // As RFC 5280 §5.3.1 writes them; a hold has its own command, and the others are about authorities.
    private static readonly Dictionary<string, RevocationReason> Reasons = new(StringComparer.Ordinal)
    {
        ["unspecified"] = RevocationReason.Unspecified,
        ["keyCompromise"] = RevocationReason.KeyCompromise,
        ["affiliationChanged"] = RevocationReason.AffiliationChanged,
        ["superseded"] = RevocationReason.Superseded,
        ["cessationOfOperation"] = RevocationReason.CessationOfOperation,
        ["privilegeWithdrawn"] = RevocationReason.PrivilegeWithdrawn,
    };

    public static async Task<int> IssueAsync(string[] words, TextWriter output, CancellationToken stop)
    {
        var options = CertOptions.Parse("cert issue", words, "--csr", "--new-key", "--ca", "--password-file");
        return await EnrolAsync("cert issue", options, serial: null, output, stop);
    }

    public static async Task<int> RotateAsync(string[] words, TextWriter output, CancellationToken stop)
    {
        var options = CertOptions.Parse("cert rotate", words, "--serial", "--csr", "--new-key", "--ca", "--password-file");
        return await EnrolAsync("cert rotate", options, options.Require("--serial"), output, stop);
    }

    public static Task<int> RevokeAsync(string[] words, TextWriter output, CancellationToken stop)
    {
        var options = CertOptions.Parse("cert revoke", words, "--serial", "--reason", "--invalid-since");
        var name = options.Find("--reason") ?? "unspecified";
        if (!Reasons.TryGetValue(name, out var reason))
        {
            throw new UsageException($"cert revoke: --reason is {string.Join(", ", Reasons.Keys)}, not \"{name}\".");
        }

        var since = options.Find("--invalid-since") is { } text ? CommandTime.Parse("--invalid-since", text) : (DateTimeOffset?)null;
        if (since > TimeProvider.System.GetUtcNow())
        {
            throw new UsageException("cert revoke: --invalid-since lies in the future.");
        }

        return ChangeAsync(
            "cert revoke", givesAccess: false, options, (authority, device, serial) => authority.RevokeAsync(device, serial, reason, since, stop), output, stop);
    }

    public static Task<int> HoldAsync(string[] words, TextWriter output, CancellationToken stop) => ChangeAsync(
        "cert hold",
        givesAccess: false,
        CertOptions.Parse("cert hold", words, "--serial"),
        (authority, device, serial) => authority.HoldAsync(device, serial, stop),
        output,
        stop);

    public static Task<int> ReleaseAsync(string[] words, TextWriter output, CancellationToken stop) => ChangeAsync(
        "cert release",
        givesAccess: true,
        CertOptions.Parse("cert release", words, "--serial"),
        (authority, device, serial) => authority.ReleaseAsync(device, serial, stop),
        output,
        stop);

    private static async Task<int> EnrolAsync(string command, BatchOptions options, string? serial, TextWriter output, CancellationToken stop)
    {
        var device = CertOptions.Device(options);
        var keyFile = options.Find("--new-key");
        var request = await ReadRequestAsync(options, keyFile, stop);
        var certificates = await CertOptions.AuthorityAsync(options, stop);
        var worker = await WorkerDatabase.FindAsync("cert", options, stop);
        await using var audit = await CertAudit.StartAsync(await WorkerDatabase.FindAuditAsync("cert", options, stop), command, device, serial, stop);
        await using var session = new CertSession(worker, certificates, audit);
        return await session.RunAsync(async authority =>
        {
            await audit.RequireAsync(stop);

            // Names come from the registry: an authority does not make devices up.
            if (!await session.IsRegisteredAsync(device, stop))
            {
                return await AnswerAsync("DeviceNotRegistered", certificate: null, audit, output, stop);
            }

            if (request is not null)
            {
                var result = serial is null
                    ? await authority.IssueAsync(device, request, stop)
                    : await authority.RotateAsync(device, serial, request, stop);
                return await AnswerAsync(result.Refusal.ToString(), result.Certificate, audit, output, stop);
            }

            using var keyed = serial is null
                ? await authority.IssueWithNewKeyAsync(device, stop)
                : await authority.RotateWithNewKeyAsync(device, serial, stop);
            if (keyed.Succeeded)
            {
                await WriteKeyAsync(keyFile!, keyed, stop);
            }

            return await AnswerAsync(keyed.Refusal.ToString(), keyed.Certificate, audit, output, stop);
        });
    }

    private static async Task<byte[]?> ReadRequestAsync(BatchOptions options, string? keyFile, CancellationToken stop)
    {
        var file = options.Find("--csr");
        if (file is null == keyFile is null)
        {
            throw new UsageException("Give either --csr FILE, the device's request, or --new-key FILE, where the key made for it goes.");
        }

        if (file is null)
        {
            if (File.Exists(keyFile) || !Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(keyFile!))))
            {
                // Found out before anything is issued: the key is made once.
                throw new UsageException($"{keyFile} is there already, or its folder is not; name another file.");
            }

            return null;
        }

        return CertificateRequests.TryDecode(await BoundedFile.ReadAsync(file, MaxRequestFileBytes, stop), out var request)
            ? request
            : throw new UsageException($"{file} holds no certificate request, or more than one.");
    }

    private static async Task WriteKeyAsync(string file, KeyedIssueResult keyed, CancellationToken stop)
    {
        try
        {
            await PrivateFile.WriteAsync(file, Encoding.ASCII.GetString(keyed.PrivateKeyPem.Span), stop);
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new UsageException(
                $"{file} cannot be written: {unwritable.Message} Certificate {keyed.Certificate!.SerialNumber} was issued and its key is gone: revoke it.");
        }
    }

    private static async Task<int> ChangeAsync(
        string command,
        bool givesAccess,
        BatchOptions options,
        Func<IDeviceCertificateAuthority, DeviceSubject, string, ValueTask<RevokeResult>> change,
        TextWriter output,
        CancellationToken stop)
    {
        var (device, serial) = (CertOptions.Device(options), options.Require("--serial"));
        var worker = await WorkerDatabase.FindAsync("cert", options, stop);
        await using var audit = await CertAudit.StartAsync(await WorkerDatabase.FindAuditAsync("cert", options, stop), command, device, serial, stop);
        await using var session = new CertSession(worker, certificates: null, audit);
        return await session.RunAsync(async authority =>
        {
            if (givesAccess)
            {
                await audit.RequireAsync(stop);
            }

            var result = await change(authority, device, serial);
            if (!result.Succeeded)
            {
                audit.Refuse(result.Outcome.ToString());
            }

            await JsonLines.WriteAsync(
                output,
                new
                {
                    ok = result.Succeeded,
                    outcome = result.Outcome.ToString(),
                    since = result.RevokedAt,
                    reason = result.Reason?.ToString(),
                    audited = await audit.TellAsync(stop),
                },
                stop);
            return result.Succeeded ? 0 : 1;
        });
    }

    private static async Task<int> AnswerAsync(
        string refusal, IssuedCertificate? certificate, CertAudit audit, TextWriter output, CancellationToken stop)
    {
        var ok = certificate is not null;
        if (!ok)
        {
            audit.Refuse(refusal);
        }

        await JsonLines.WriteAsync(
            output,
            new
            {
                ok,
                reason = ok ? null : refusal,
                serial = certificate?.SerialNumber,
                notAfter = certificate?.NotAfter,
                certificate = certificate?.Pem,
                audited = await audit.TellAsync(stop),
            },
            stop);
        return ok ? 0 : 1;
    }
}
