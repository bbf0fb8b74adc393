using Npgsql;

namespace Pulse.ReferenceHost.Development;

/// <summary>
/// A private PostgreSQL cluster of the machine's own PostgreSQL 15 or later: its own data folder, a Unix socket and no port.
/// </summary>
internal sealed class PostgresCluster
{
    private const string Superuser = "postgres";
    private readonly string _binaries;
    private readonly string _data;
    private readonly string _sockets;
    private readonly string _password;

    private PostgresCluster(string binaries, string data, string sockets, string password)
    {
        _binaries = binaries;
        _data = data;
        _sockets = sockets;
        _password = password;
    }

    /// <summary>Where the cluster's files are.</summary>
    public string DataDirectory => _data;

    /// <summary>The folder of the Unix socket: the <c>Host</c> of a connection string, <c>-h</c> of psql.</summary>
    public string SocketDirectory => _sockets;

    /// <summary>The server's own log.</summary>
    public string LogFile => Path.Combine(_sockets, "server.log");

    /// <summary>Creates the cluster if its folder is empty, and starts it unless it runs already.</summary>
    /// <param name="data">Data folder; created when missing. As root it is handed to the user postgres, who must be able to enter it.</param>
    /// <param name="sockets">Folder of the Unix socket; its path must stay under 90 bytes.</param>
    /// <param name="password">Password of the superuser <c>postgres</c>, used when the cluster is created and ever after.</param>
    /// <param name="durable">False turns fsync off: for tests and demonstrations whose data nobody keeps.</param>
    /// <param name="cancellationToken">Abandons the start.</param>
    public static Task<PostgresCluster> StartAsync(
        string data, string sockets, string password, bool durable, CancellationToken cancellationToken) =>
        StartAsync(data, sockets, password, durable, port: null, cancellationToken);

    /// <summary>The same, and with a <paramref name="port"/> on that TCP port of the loopback as well.</summary>
    public static async Task<PostgresCluster> StartAsync(
        string data, string sockets, string password, bool durable, int? port, CancellationToken cancellationToken)
    {
        var cluster = new PostgresCluster(FindBinaries(), data, sockets, password);
        await CreateFolderAsync(sockets, cancellationToken).ConfigureAwait(false);
        await CreateFolderAsync(data, cancellationToken).ConfigureAwait(false);

        if (!File.Exists(Path.Combine(data, "PG_VERSION")))
        {
            await cluster.InitializeAsync(cancellationToken).ConfigureAwait(false);
        }

        if (!await cluster.IsRunningAsync(cancellationToken).ConfigureAwait(false))
        {
            await cluster.StartServerAsync(durable, port, cancellationToken).ConfigureAwait(false);
        }

        return cluster;
    }

    /// <summary>The superuser's connection string for a database.</summary>
    public string SuperuserConnectionString(string database) => ConnectionString(Superuser, _password, database);

    /// <summary>A login's connection string for a database.</summary>
    public string ConnectionString(string user, string password, string database) =>
        new NpgsqlConnectionStringBuilder
        {
            Host = _sockets,
            Username = user,
            Password = password,
            Database = database,
            Timeout = 15,
        }.ConnectionString;

    /// <summary>Stops the server; open transactions are rolled back.</summary>
    public async Task StopAsync(CancellationToken cancellationToken) =>
        await PostgresAsync("pg_ctl", ["-D", _data, "-m", "fast", "-w", "stop"], cancellationToken).ConfigureAwait(false);

    /// <summary>Stops the server of this data folder if one runs, also one an earlier host left behind when it was killed.</summary>
    public static async Task StopIfRunningAsync(string data, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(data))
        {
            return;
        }

        var cluster = new PostgresCluster(FindBinaries(), data, string.Empty, string.Empty);
        if (await cluster.IsRunningAsync(cancellationToken).ConfigureAwait(false))
        {
            await cluster.StopAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Whether the user the server runs as can enter this folder: false for root's home and everything under it.</summary>
    public static async Task<bool> CanEnterAsync(string folder, CancellationToken cancellationToken)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return true;
        }

        var (exitCode, _) = await Tool.TryRunAsync(
            "runuser", ["-u", Superuser, "--", "test", "-x", folder], cancellationToken).ConfigureAwait(false);
        return exitCode == 0;
    }

    /// <summary>The newest PostgreSQL 15+ of the machine.</summary>
    /// <exception cref="InvalidOperationException">None is installed; the text says how to install one.</exception>
    public static string FindBinaries()
    {
        const string Versions = "/usr/lib/postgresql";
        var newest = Directory.Exists(Versions)
            ? Directory.GetDirectories(Versions)
                .Select(folder => (folder, version: int.TryParse(Path.GetFileName(folder), out var number) ? number : 0))
                .Where(found => found.version >= 15 && File.Exists(Path.Combine(found.folder, "bin", "initdb")))
                .OrderByDescending(found => found.version)
                .Select(found => Path.Combine(found.folder, "bin"))
                .FirstOrDefault()
            : null;
        return newest ?? throw new InvalidOperationException(
            "No PostgreSQL server of version 15 or later under /usr/lib/postgresql. Run ./run.sh once, or: apt-get install postgresql");
    }

    private async Task InitializeAsync(CancellationToken cancellationToken)
    {
        var passwordFile = Path.Combine(_sockets, "initial-password");
        await File.WriteAllTextAsync(passwordFile, _password, cancellationToken).ConfigureAwait(false);
        File.SetUnixFileMode(passwordFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        try
        {
            if (Environment.IsPrivilegedProcess)
            {
                await Tool.RunAsync("chown", [Superuser, passwordFile], cancellationToken).ConfigureAwait(false);
            }

            await PostgresAsync(
                "initdb",
                ["-D", _data, "-U", Superuser, "-A", "scram-sha-256", "--pwfile", passwordFile, "--no-locale", "-E", "UTF8", "--no-sync"],
                cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            File.Delete(passwordFile);
        }
    }

    private async Task StartServerAsync(bool durable, int? port, CancellationToken cancellationToken)
    {
        // The port is also in the socket's name, so without TCP it stays PostgreSQL's own.
        var tcp = port is null ? "-c listen_addresses=''" : $"-c listen_addresses=127.0.0.1 -c port={port}";
        var options = $"{tcp} -c unix_socket_directories='{_sockets}' -c max_connections=200 -c log_min_messages=warning"
            + (durable ? string.Empty : " -c fsync=off -c synchronous_commit=off -c full_page_writes=off");
        var (exitCode, output) = await TryPostgresAsync(
            "pg_ctl", ["-D", _data, "-l", LogFile, "-w", "-t", "60", "-o", options, "start"], cancellationToken).ConfigureAwait(false);
        if (exitCode != 0)
        {
            throw new InvalidOperationException($"PostgreSQL did not start: {output.Trim()} See {LogFile}.");
        }
    }

    private async Task<bool> IsRunningAsync(CancellationToken cancellationToken)
    {
        var (exitCode, _) = await TryPostgresAsync("pg_ctl", ["-D", _data, "status"], cancellationToken).ConfigureAwait(false);
        return exitCode == 0;
    }

    private static async Task CreateFolderAsync(string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        if (Environment.IsPrivilegedProcess)
        {
            // initdb and postgres refuse to run as root.
            await Tool.RunAsync("chown", [Superuser, folder], cancellationToken).ConfigureAwait(false);
        }

        await Tool.RunAsync("chmod", ["0700", folder], cancellationToken).ConfigureAwait(false);
    }

    private async Task PostgresAsync(string program, string[] arguments, CancellationToken cancellationToken)
    {
        var (exitCode, output) = await TryPostgresAsync(program, arguments, cancellationToken).ConfigureAwait(false);
        if (exitCode != 0)
        {
            throw new InvalidOperationException($"{program} exited with {exitCode}: {output.Trim()}");
        }
    }

    private Task<(int ExitCode, string Output)> TryPostgresAsync(
        string program, string[] arguments, CancellationToken cancellationToken)
    {
        var path = Path.Combine(_binaries, program);
        return Environment.IsPrivilegedProcess
            ? Tool.TryRunAsync("runuser", ["-u", Superuser, "--", path, .. arguments], cancellationToken)
            : Tool.TryRunAsync(path, arguments, cancellationToken);
    }
}
