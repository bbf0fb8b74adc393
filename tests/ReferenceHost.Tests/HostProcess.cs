using System.Collections.Concurrent;
using System.Diagnostics;
using Pulse.ReferenceHost.Development;

namespace Pulse.ReferenceHost.Tests;

/// <summary>The built host as a process of its own, as a person starts it.</summary>
internal sealed class HostProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly TaskCompletionSource _running = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private HostProcess(Process process) => _process = process;

    public string Output => string.Join('\n', _lines);

    public static HostProcess Start(params string[] arguments) => StartIn(environment: null, arguments);

    public static HostProcess StartIn(string? environment, params string[] arguments)
    {
        // A script that runs tests in the background makes its children ignore Ctrl-C; a person's shell does not.
        var start = new ProcessStartInfo("env", ["--default-signal=INT", "dotnet", typeof(PulseHost).Assembly.Location, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            Environment = { ["DOTNET_ENVIRONMENT"] = environment, ["ASPNETCORE_ENVIRONMENT"] = null },
        };
        var host = new HostProcess(new Process { StartInfo = start, EnableRaisingEvents = true });
        host._process.OutputDataReceived += (_, e) => host.Take(e.Data);
        host._process.ErrorDataReceived += (_, e) => host.Take(e.Data);
        host._process.Exited += (_, _) => host._running.TrySetException(new InvalidOperationException("The host has ended."));
        host._process.Start();
        host._process.BeginOutputReadLine();
        host._process.BeginErrorReadLine();
        host._process.StandardInput.Close();
        return host;
    }

    public static string[] ServeArguments(DevelopmentOptions options) =>
    [
        "serve", "--development", "--data", options.Root, "--port", $"{options.HttpPort}", "--idp-port", $"{options.IdentityPort}",
        "--mqtt-port", $"{options.ServicePort}", "--mqtts-port", $"{options.DevicePort}", "--wss-port", $"{options.WebSocketPort}",
    ];

    /// <summary>Waits until the host says that it runs.</summary>
    public async Task RunningAsync()
    {
        try
        {
            await _running.Task.WaitAsync(Patience);
        }
        catch (Exception failed) when (failed is InvalidOperationException or TimeoutException)
        {
            throw new InvalidOperationException($"The host did not start. It printed:\n{Output}", failed);
        }
    }

    public async Task<int> ExitAsync(TimeSpan? patience = null)
    {
        await _process.WaitForExitAsync().WaitAsync(patience ?? Patience);
        return _process.ExitCode;
    }

    public void Kill() => _process.Kill();

    public Task SignalAsync(string signal) => Tool.RunAsync("kill", [$"-{signal}", $"{_process.Id}"], CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private void Take(string? line)
    {
        if (line is null)
        {
            return;
        }

        _lines.Enqueue(line);
        if (line.Contains("Stop with Ctrl-C", StringComparison.Ordinal))
        {
            _running.TrySetResult();
        }
    }
}
