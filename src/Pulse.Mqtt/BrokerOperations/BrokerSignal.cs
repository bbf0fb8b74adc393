using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Pulse.Mqtt;

/// <summary>Signals by pid file or command, after a look at what the broker will read; with neither, a watcher beside the broker does both.</summary>
internal sealed class BrokerSignal(IOptions<MosquittoOptions> options, ILogger<BrokerSignal> logger) : IBrokerSignal
{
    private const string BrokerProgram = "mosquitto";
    private const string CaughtSignals = "SigCgt:";

    public async ValueTask<bool> SendAsync(CancellationToken cancellationToken)
    {
        var (pidFile, command) = (options.Value.PidFile, options.Value.SignalCommand);
        if (pidFile.Length == 0 && command.Count == 0)
        {
            return true;
        }

        try
        {
            if (!await AreFilesGoodAsync(cancellationToken).ConfigureAwait(false))
            {
                Log.BrokerSignalFailed(logger, "its ACL or CRL file is missing or not good, and Mosquitto 2.0 opens on such a file");
                return false;
            }

            if (pidFile.Length > 0)
            {
                return await SignalPidAsync(pidFile, cancellationToken).ConfigureAwait(false);
            }

            return await RunAsync(command, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or System.ComponentModel.Win32Exception)
        {
            Log.BrokerSignalFailed(logger, exception.Message);
            return false;
        }
    }

    private async ValueTask<bool> AreFilesGoodAsync(CancellationToken cancellationToken)
    {
        var acl = await File.ReadAllBytesAsync(options.Value.AclFile, cancellationToken).ConfigureAwait(false);
        if (!AclDocument.Parse(acl, AclDialect.Mosquitto20).Succeeded)
        {
            return false;
        }

        if (options.Value.CrlFile.Length == 0)
        {
            return true;
        }

        var crl = await File.ReadAllBytesAsync(options.Value.CrlFile, cancellationToken).ConfigureAwait(false);
        return CrlDates.NextUpdate(crl) is not null;
    }

    private async ValueTask<bool> SignalPidAsync(string pidFile, CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux())
        {
            Log.BrokerSignalFailed(logger, "a pid file is used on Linux only");
            return false;
        }

        var text = await File.ReadAllTextAsync(pidFile, cancellationToken).ConfigureAwait(false);
        var isNumber = int.TryParse(text.AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var processId);
        if (!isNumber || processId <= 1)
        {
            Log.BrokerSignalFailed(logger, "the pid file holds no process id");
            return false;
        }

        // SIGHUP ends most programs, and a number left behind by a dead broker may be another's by now.
        var program = await File.ReadAllTextAsync($"/proc/{processId}/comm", cancellationToken).ConfigureAwait(false);
        if (program.AsSpan().Trim() is not BrokerProgram)
        {
            Log.BrokerSignalFailed(logger, "the process of the pid file is no mosquitto");
            return false;
        }

        if (!await CatchesHangUpAsync(processId, cancellationToken).ConfigureAwait(false))
        {
            Log.BrokerSignalFailed(logger, "the broker is still starting, and would end by the signal");
            return false;
        }

        return LinuxCalls.TryHangUp(processId);
    }

    /// <summary>Whether the process handles SIGHUP by now. Mosquitto writes its pid file before it does; a large ACL file takes seconds between.</summary>
    private static async ValueTask<bool> CatchesHangUpAsync(int processId, CancellationToken cancellationToken)
    {
        var status = await File.ReadAllLinesAsync($"/proc/{processId}/status", cancellationToken).ConfigureAwait(false);
        var caught = status.First(static line => line.StartsWith(CaughtSignals, StringComparison.Ordinal))[CaughtSignals.Length..];

        // A mask in hexadecimal whose lowest bit is signal 1.
        return (ulong.Parse(caught.AsSpan().Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) & 1) != 0;
    }

    private async ValueTask<bool> RunAsync(IList<string> command, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardInput = true });
        if (process is null)
        {
            return false;
        }

        process.StandardInput.Close();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(options.Value.Timeout);
        try
        {
            await process.WaitForExitAsync(patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            process.Kill(entireProcessTree: true);
            Log.BrokerSignalFailed(logger, "the signal command did not end in time");
            return false;
        }

        if (process.ExitCode != 0)
        {
            Log.BrokerSignalFailed(logger, string.Create(CultureInfo.InvariantCulture, $"the signal command ended with exit code {process.ExitCode}"));
        }

        return process.ExitCode == 0;
    }
}
