using System.Diagnostics;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;

namespace Pulse.Mqtt.Tests.BrokerOperations;

public sealed class BrokerSignalTests : IDisposable
{
    private const string Crl =
        """
        -----BEGIN X509 CRL-----
        MIGjMEwCAQEwCgYIKoZIzj0EAwIwDTELMAkGA1UEAwwCY2EXDTI2MTEyNDAzMDUw
        NloXDTI2MTEyNzAzMDUwNlqgDjAMMAoGA1UdFAQDAgEBMAoGCCqGSM49BAMCA0cA
        MEQCIDt3jW86z9nBKPqGPvjrntAML++wwHBxV+O+a4LmJAgmAiB2VIgT+0omO09p
        PFD/4axcE9Bvn0LwkDcxOgitlugZJg==
        -----END X509 CRL-----
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pulse-signal-");
    private readonly FakeLogger<BrokerSignal> _log = new();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task With_a_watcher_there_is_nothing_to_do() => Assert.True(await SendAsync(new MosquittoOptions()));

    [Theory]
    [InlineData("")]
    [InlineData("-5")]
    [InlineData("1")]
    [InlineData("0")]
    [InlineData("12x")]
    public async Task A_pid_file_without_a_process_id_signals_nobody(string text)
    {
        Assert.False(await SendAsync(new MosquittoOptions { PidFile = Write(text) }));
        Assert.Contains("holds no process id", _log.LatestRecord.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_process_that_is_no_broker_is_not_signalled()
    {
        Assert.False(await SendAsync(new MosquittoOptions { PidFile = Write($"{Environment.ProcessId}\n") }));
        Assert.Contains("is no mosquitto", _log.LatestRecord.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broker_is_signalled_once_it_handles_the_signal()
    {
        using var broker = StartBroker("trap 'exit 7' HUP\necho ready\nwhile :; do sleep 0.05; done");
        Assert.Equal("ready", await broker.StandardOutput.ReadLineAsync());

        Assert.True(await SendAsync(new MosquittoOptions { PidFile = Write($"{broker.Id}\n") }));

        await broker.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(7, broker.ExitCode);
        Assert.Empty(_log.Collector.GetSnapshot());
    }

    [Fact]
    public async Task A_broker_that_is_still_starting_would_end_by_the_signal_and_gets_none()
    {
        using var broker = StartBroker("echo ready\nread forever");
        Assert.Equal("ready", await broker.StandardOutput.ReadLineAsync());

        Assert.False(await SendAsync(new MosquittoOptions { PidFile = Write($"{broker.Id}\n") }));

        Assert.Contains("still starting", _log.LatestRecord.Message, StringComparison.Ordinal);
        Assert.False(broker.HasExited);
        broker.StandardInput.Close();
        await broker.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_command_that_does_not_end_is_ended()
    {
        Assert.False(await SendAsync(new MosquittoOptions { SignalCommand = ["sleep", "3600"], Timeout = TimeSpan.FromMilliseconds(50) }));
        Assert.Contains("did not end in time", _log.LatestRecord.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_gets_its_arguments_and_no_input()
    {
        var file = Path.Combine(_folder.FullName, "said");

        Assert.True(await SendAsync(new MosquittoOptions { SignalCommand = ["sh", "-c", "cat > \"$1\"; echo \"$2\" >> \"$1\"", "sh", file, "a b"] }));
        Assert.Equal("a b\n", await File.ReadAllTextAsync(file));
    }

    [Fact]
    public async Task A_command_that_fails_is_logged_with_its_exit_code()
    {
        Assert.False(await SendAsync(new MosquittoOptions { SignalCommand = ["sh", "-c", "exit 42"] }));
        Assert.Contains("exit code 42", _log.LatestRecord.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_pid_file_is_a_value() => Assert.False(await SendAsync(new MosquittoOptions { PidFile = Path.Combine(_folder.FullName, "none") }));

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    [InlineData("/nowhere/program", false)]
    public async Task A_command_signals_when_it_ends_well(string program, bool isSignalled) =>
        Assert.Equal(isSignalled, await SendAsync(new MosquittoOptions { SignalCommand = [program] }));

    [Theory]
    [InlineData("TOPIC read a\n", null, false)]
    [InlineData(null, null, false)]
    [InlineData("topic read a\n", null, true)]
    [InlineData("topic read a\n", "no CRL", false)]
    [InlineData("topic read a\n", "missing", false)]
    [InlineData("topic read a\n", Crl, true)]
    public async Task A_bad_file_in_place_is_not_shown_to_the_broker(string? acl, string? crl, bool isSignalled)
    {
        var options = new MosquittoOptions { AclFile = Path.Combine(_folder.FullName, "none"), SignalCommand = ["true"] };
        options.AclFile = acl is null ? options.AclFile : Write(acl, "other-acl");
        options.CrlFile = crl switch
        {
            null => string.Empty,
            "missing" => Path.Combine(_folder.FullName, "none"),
            _ => Write(crl, "crl"),
        };

        Assert.Equal(isSignalled, await SendWithAsync(options));
    }

    /// <summary>A process that goes by the broker's name; the first line it writes says that it runs.</summary>
    private Process StartBroker(string script)
    {
        var program = Write($"#!/bin/sh\n{script}\n", "mosquitto");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        // A shell cannot trap a signal it was born ignoring, and under nohup everything is born ignoring this one.
        return Process.Start(new ProcessStartInfo("env", ["--default-signal=HUP", program])
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        })!;
    }

    private async Task<bool> SendAsync(MosquittoOptions options)
    {
        options.AclFile = Write("user bob\ntopic read a\n", "acl");
        return await SendWithAsync(options);
    }

    private async Task<bool> SendWithAsync(MosquittoOptions options) =>
        await new BrokerSignal(Options.Create(options), _log).SendAsync(CancellationToken.None);

    private string Write(string text, string name = "pid")
    {
        var file = Path.Combine(_folder.FullName, name);
        File.WriteAllText(file, text);
        return file;
    }
}
