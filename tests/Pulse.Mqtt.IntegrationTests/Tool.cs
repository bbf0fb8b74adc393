using System.Diagnostics;
using System.Text;

namespace Pulse.Mqtt.IntegrationTests;

/// <summary>A program outside this process: started with a time limit, and stopped with the test.</summary>
public sealed class Tool : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private Tool(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Append(line.Data);
        process.ErrorDataReceived += (_, line) => Append(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    public static Tool Start(string program, IEnumerable<string> arguments, string? folder = null)
    {
        // C programs keep what they print while nobody looks; a test must see it line by line.
        var start = new ProcessStartInfo("stdbuf", ["-oL", program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder ?? string.Empty };
        return new Tool(Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start."));
    }

    public static async Task<(int ExitCode, string Output)> RunAsync(string program, IEnumerable<string> arguments, string? folder = null, int seconds = 20)
    {
        await using var tool = Start(program, arguments, folder);
        var exitCode = await tool.WaitAsync(seconds);
        return (exitCode, tool.Output);
    }

    public async Task<int> WaitAsync(int seconds = 20)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{_process.StartInfo.FileName} did not end within {seconds} s. Output: {Output}");
        }

        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private void Append(string? line)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }
    }
}
