using System.ComponentModel;
using System.Diagnostics;

namespace Pulse.ReferenceHost.Development;

/// <summary>Runs a program of the machine to its end and says what it said when it fails.</summary>
internal static class Tool
{
    public static async Task<string> RunAsync(string file, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var (exitCode, output) = await TryRunAsync(file, arguments, cancellationToken).ConfigureAwait(false);
        return exitCode == 0
            ? output
            : throw new InvalidOperationException($"{file} exited with {exitCode}: {output.Trim()}");
    }

    public static async Task<(int ExitCode, string Output)> TryRunAsync(
        string file, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            // A tool run as another user must not start in a folder that user cannot enter.
            WorkingDirectory = "/",
        };

        try
        {
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            return (process.ExitCode, await output.ConfigureAwait(false) + await error.ConfigureAwait(false));
        }
        catch (Win32Exception missing)
        {
            throw new InvalidOperationException($"{file} cannot be started: {missing.Message}", missing);
        }
    }
}
