using System.Text;
using Pulse.Mqtt;

namespace Pulse.ReferenceHost.Cli;

/// <summary><c>mosquitto lint</c>: what a broker's configuration lets in or loses.</summary>
internal static class MosquittoCommands
{
    private const int MaxConfigurationBytes = 1024 * 1024;
    private const int MaxCrlBytes = 64 * 1024 * 1024;

    public static Task<int> RunAsync(string[] words, TextWriter output, CancellationToken stop) => words switch
    {
        ["lint", .. var rest] => LintAsync(rest, output, stop),
        [] => throw new UsageException("mosquitto needs: lint. Try: help"),
        _ => throw new UsageException($"There is no command \"mosquitto {words[0]}\": lint. Try: help"),
    };

    private static async Task<int> LintAsync(string[] words, TextWriter output, CancellationToken stop)
    {
        var options = BatchOptions.Parse("mosquitto lint", words, "--conf");
        options.RefuseFiles();
        var text = Encoding.UTF8.GetString(await BoundedFile.ReadAsync(options.Require("--conf"), MaxConfigurationBytes, stop));
        var found = MosquittoConfigLinter.Lint(text, TimeProvider.System.GetUtcNow(), ReadCrl);
        foreach (var finding in found)
        {
            await JsonLines.WriteAsync(
                output,
                new { line = finding.Line, code = finding.Code.ToString(), severity = finding.Severity == AclSeverity.Error ? "error" : "warning", message = finding.Message },
                stop);
        }

        return found.Count == 0 ? 0 : 1;
    }

    private static byte[]? ReadCrl(string file)
    {
        try
        {
            return new FileInfo(file).Length > MaxCrlBytes ? null : File.ReadAllBytes(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The linter's finding says so.
            return null;
        }
    }
}
