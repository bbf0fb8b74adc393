using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Pulse.Mqtt.IntegrationTests.RealBroker;

/// <summary>A real Mosquitto in a folder and on loopback ports of its own.</summary>
public sealed class MosquittoBroker : IAsyncDisposable
{
    private const string Program = "/usr/sbin/mosquitto";

    private readonly DirectoryInfo _folder;
    private readonly bool _ownsFolder;
    private Process? _process;

    private MosquittoBroker(DirectoryInfo folder, bool ownsFolder)
    {
        _folder = folder;
        _ownsFolder = ownsFolder;
    }

    public string AclFile => Path.Combine(_folder.FullName, "acl.conf");

    public string PidFile => Path.Combine(_folder.FullName, "mosquitto.pid");

    public string LogFile => Path.Combine(_folder.FullName, "mosquitto.log");

    public int ProcessId => _process!.Id;

    public bool IsRunning => _process is { HasExited: false };

    public int Port { get; private init; }

    /// <summary>Starts a broker without passwords that believes every user name, on one plain listener.</summary>
    public static async Task<MosquittoBroker> StartAsync(string acl)
    {
        var folder = Directory.CreateTempSubdirectory("pulse-broker-");
        var broker = new MosquittoBroker(folder, ownsFolder: true) { Port = FreePort() };
        await File.WriteAllTextAsync(broker.AclFile, acl);
        await broker.RunAsync(
            $"""
            listener {broker.Port} 127.0.0.1
            allow_anonymous true
            acl_file {broker.AclFile}
            max_inflight_messages 1000
            """);
        return broker;
    }

    /// <summary>Starts a broker with a configuration of the caller's, in the caller's folder; <paramref name="port"/> is one it listens on.</summary>
    public static async Task<MosquittoBroker> StartAsync(DirectoryInfo folder, int port, string configuration)
    {
        var broker = new MosquittoBroker(folder, ownsFolder: false) { Port = port };
        await broker.RunAsync(configuration);
        return broker;
    }

    /// <summary>Whether the broker starts with an ACL file. It ends at once, with exit code 3, when it does not.</summary>
    public static async Task<bool> AcceptsAsync(string folder, byte[] acl)
    {
        var (port, file) = (FreePort(), Path.Combine(folder, $"{Guid.NewGuid():N}.conf"));
        await File.WriteAllBytesAsync(file + ".acl", acl);
        await File.WriteAllTextAsync(file, $"user root\nlistener {port} 127.0.0.1\nallow_anonymous true\nacl_file {file}.acl\n");
        using var process = Process.Start(new ProcessStartInfo(Program, ["-c", file]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var ended = process.WaitForExitAsync();
        while (!ended.IsCompleted)
        {
            if (await IsListeningAsync(port))
            {
                process.Kill();
                await ended;
                return true;
            }

            await Task.WhenAny(ended, Task.Delay(10));
        }

        Assert.Equal(3, process.ExitCode);
        return false;
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public async Task HangUpAsync() => await Tool.RunAsync("kill", ["-HUP", ProcessId.ToString(CultureInfo.InvariantCulture)]);

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process?.Dispose();
        if (_ownsFolder)
        {
            _folder.Delete(recursive: true);
        }
    }

    private async Task RunAsync(string configuration)
    {
        var file = Path.Combine(_folder.FullName, "mosquitto.conf");

        // The broker would leave root for an account that may not read this folder.
        await File.WriteAllTextAsync(file, $"user root\npid_file {PidFile}\nlog_dest file {LogFile}\npersistence false\n{configuration}\n");
        _process = Process.Start(new ProcessStartInfo(Program, ["-c", file])) ?? throw new InvalidOperationException("mosquitto did not start.");
        var end = DateTime.UtcNow.AddSeconds(30);
        while (!await IsListeningAsync(Port))
        {
            Assert.False(_process.HasExited, $"mosquitto ended: {(File.Exists(LogFile) ? await File.ReadAllTextAsync(LogFile) : "no log")}");
            Assert.True(DateTime.UtcNow < end, "mosquitto does not listen.");
            await Task.Delay(20);
        }
    }

    private static async Task<bool> IsListeningAsync(int port)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
