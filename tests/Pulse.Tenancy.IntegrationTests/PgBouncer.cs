using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Npgsql;
using Pulse.ReferenceHost.Development;

namespace Pulse.Tenancy.IntegrationTests;

/// <summary>A PgBouncer of this machine in transaction mode, on a Unix socket in a folder of its own: no port, no service.</summary>
internal sealed class PgBouncer : IAsyncDisposable
{
    private const string Program = "/usr/sbin/pgbouncer";
    private readonly Process _process;
    private readonly string _folder;

    private PgBouncer(Process process, string folder)
    {
        _process = process;
        _folder = folder;
    }

    /// <summary>Starts it in front of a cluster; fewer server connections than clients, so that they are handed around.</summary>
    public static async Task<PgBouncer> StartAsync(string serverSockets, int poolSize, params string[] connectionStrings)
    {
        if (!File.Exists(Program))
        {
            throw new InvalidOperationException($"{Program} is missing. Run eng/install.sh test, or: apt-get install pgbouncer");
        }

        var folder = Directory.CreateTempSubdirectory("pulse-bouncer-").FullName;
        var users = connectionStrings.Select(text => new NpgsqlConnectionStringBuilder(text)).Select(parts => $"\"{parts.Username}\" \"{parts.Password}\"");
        await File.WriteAllLinesAsync(Path.Combine(folder, "users.txt"), users);
        await File.WriteAllTextAsync(Path.Combine(folder, "pgbouncer.ini"), string.Create(CultureInfo.InvariantCulture, $"""
            [databases]
            * = host={serverSockets}
            [pgbouncer]
            listen_addr =
            listen_port = 5432
            unix_socket_dir = {folder}
            auth_type = scram-sha-256
            auth_file = {folder}/users.txt
            pool_mode = transaction
            default_pool_size = {poolSize}
            max_client_conn = 100
            server_reset_query = DISCARD ALL
            server_reset_query_always = 1
            logfile = {folder}/log
            """));
        var owner = Environment.IsPrivilegedProcess ? "postgres" : Environment.UserName;
        if (Environment.IsPrivilegedProcess)
        {
            // PgBouncer refuses to run as root, as PostgreSQL does.
            await Tool.RunAsync("chown", ["-R", owner, folder], CancellationToken.None);
        }

        var start = Environment.IsPrivilegedProcess
            ? new ProcessStartInfo("setpriv", ["--reuid", owner, "--regid", owner, "--init-groups", Program, "-q", Path.Combine(folder, "pgbouncer.ini")])
            : new ProcessStartInfo(Program, ["-q", Path.Combine(folder, "pgbouncer.ini")]);
        var process = Process.Start(start) ?? throw new InvalidOperationException("PgBouncer did not start.");
        var bouncer = new PgBouncer(process, folder);
        while (!await IsListeningAsync(Path.Combine(folder, ".s.PGSQL.5432")))
        {
            if (process.HasExited)
            {
                throw new InvalidOperationException($"PgBouncer ended with {process.ExitCode}: {await File.ReadAllTextAsync(Path.Combine(folder, "log"))}");
            }

            await Task.Delay(20);
        }

        return bouncer;
    }

    /// <summary>The same login and database, by way of the pooler.</summary>
    public string Through(string connectionString) =>
        new NpgsqlConnectionStringBuilder(connectionString) { Host = _folder, Port = 5432 }.ConnectionString;

    // The socket is there a moment before anybody listens on it.
    private static async Task<bool> IsListeningAsync(string path)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException notYet) when (notYet.SocketErrorCode is SocketError.ConnectionRefused or SocketError.AddressNotAvailable)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
