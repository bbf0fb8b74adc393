using System.Text;
using Pulse.Audit;
using Pulse.ReferenceHost.Development;

namespace Pulse.ReferenceHost.Cli;

/// <summary><c>audit verify</c>, <c>audit export</c> and <c>audit show</c>: the trail, as whoever holds the worker's login sees it.</summary>
internal static class AuditCommands
{
    private const int MaxKeyBytes = 64 * 1024;
    private const int MaxCheckpointBytes = 64 * 1024;

    public static Task<int> RunAsync(string[] words, Stream output, CancellationToken stop) => words switch
    {
        ["verify", .. var rest] => VerifyAsync(rest, output, stop),
        ["export", .. var rest] => ExportAsync(rest, output, stop),
        ["show", .. var rest] => AuditShow.RunAsync(rest, output, stop),
        [] => throw new UsageException("audit needs one of: verify, export, show. Try: help"),
        _ => throw new UsageException($"There is no command \"audit {words[0]}\": verify, export or show. Try: help"),
    };

    private static async Task<int> VerifyAsync(string[] words, Stream output, CancellationToken stop)
    {
        var options = AuditOptions.Parse("audit verify", words, "--export", "--key", "--checkpoint");
        var verifier = await CreateVerifierAsync(options, stop);
        var found = options.Find("--export") is { } file ? await VerifyFileAsync(verifier, file, stop) : await VerifyDatabaseAsync(verifier, options, stop);
        await using var lines = new StreamWriter(output, new UTF8Encoding(false), leaveOpen: true);
        foreach (var finding in found.Findings)
        {
            await JsonLines.WriteAsync(
                lines,
                new
                {
                    verdict = Name(finding.Verdict),
                    reason = finding.Reason.ToString(),
                    stream = finding.Stream,
                    seq = finding.Sequence,
                    index = finding.Index,
                    count = finding.Count,
                },
                stop);
        }

        await JsonLines.WriteAsync(
            lines,
            new { verdict = Name(found.Verdict), events = found.Events, treeSize = found.TreeSize, checkpoints = found.Checkpoints, findings = found.Findings.Count + found.Omitted },
            stop);
        return ExitCode(found.Verdict);
    }

    private static async Task<AuditVerifier> CreateVerifierAsync(BatchOptions options, CancellationToken stop)
    {
        var key = options.Find("--key")
            ?? (options.Find("--export") is null && WorkerDatabase.DevelopmentRoot(options) is { } root ? DevelopmentAuditKey.PublicKeyFile(root) : options.Require("--key"));
        var pem = Encoding.UTF8.GetString(await BoundedFile.ReadAsync(key, MaxKeyBytes, stop));
        string[] checkpoints = options.Find("--checkpoint") is { } kept ? [Encoding.UTF8.GetString(await BoundedFile.ReadAsync(kept, MaxCheckpointBytes, stop))] : [];
        try
        {
            return new AuditVerifier(pem, checkpoints);
        }
        catch (ArgumentException)
        {
            throw new UsageException("audit verify: --key holds no public ECDSA key on P-256 (PEM). Write one with: openssl ec -in key.pem -pubout");
        }
    }

    private static async Task<AuditVerification> VerifyFileAsync(AuditVerifier verifier, string file, CancellationToken stop)
    {
        try
        {
            await using var export = File.OpenRead(file);
            return await verifier.VerifyExportAsync(export, stop);
        }
        catch (Exception unreadable) when (unreadable is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{file} cannot be verified: {unreadable.Message}");
        }
    }

    private static Task<AuditVerification> VerifyDatabaseAsync(AuditVerifier verifier, BatchOptions options, CancellationToken stop) =>
        AuditOptions.WithDatabaseAsync(options, source => verifier.VerifyAsync(source, stop), stop);

    private static async Task<int> ExportAsync(string[] words, Stream output, CancellationToken stop)
    {
        var options = AuditOptions.Parse("audit export", words, "--format");
        Func<AuditExporter, Task<long>> write = options.Find("--format") switch
        {
            null or "ndjson" => exporter => exporter.WriteNdjsonAsync(output, stop),
            "rfc5424" => exporter => exporter.WriteSyslogAsync(output, Environment.MachineName, stop),
            var other => throw new UsageException($"audit export: --format is ndjson or rfc5424, not \"{other}\"."),
        };
        await AuditOptions.WithDatabaseAsync(options, source => write(new AuditExporter(source)), stop);
        return 0;
    }

    private static string Name(AuditVerdict verdict) => verdict switch
    {
        AuditVerdict.Ok => "OK",
        AuditVerdict.Tampered => "TAMPERED",
        AuditVerdict.Missing => "MISSING",
        AuditVerdict.Quarantined => "QUARANTINED",
        AuditVerdict.Gap => "GAP",
        AuditVerdict.Pruned => "PRUNED",
        _ => "UNSEALED",
    };

    private static int ExitCode(AuditVerdict verdict) => verdict switch
    {
        AuditVerdict.Ok => 0,
        AuditVerdict.Tampered => 1,
        AuditVerdict.Missing => 3,
        AuditVerdict.Gap => 4,
        AuditVerdict.Pruned => 5,
        AuditVerdict.Quarantined => 7,
        _ => 6,
    };
}
