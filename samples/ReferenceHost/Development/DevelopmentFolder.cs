using System.Security.Cryptography;
using System.Text.Json;

namespace Pulse.ReferenceHost.Development;

/// <summary>The folder <c>.pulse/</c>: all that development mode keeps, and the lock that lets only one host use it.</summary>
internal sealed class DevelopmentFolder : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    // Enter, not list: as root the database server runs as postgres and must reach its own subfolder.
    private const UnixFileMode OthersMayEnter = OwnerOnly | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    // A Unix socket's path is limited to 107 bytes; the server adds "/.s.PGSQL.5432".
    private const int LongestSocketFolder = 90;

    private FileStream? _lock;

    private DevelopmentFolder(string root) => Root = root;

    public string Root { get; }

    public string Secrets => Path.Combine(Root, "secrets.json");

    public string Authority => Path.Combine(Root, "ca");

    public string Devices => Path.Combine(Root, "devices");

    public string Identity => Path.Combine(Root, "identity");

    /// <summary>Made by the audit sink itself, which wants it closed to everybody else.</summary>
    public string AuditSpill => Path.Combine(Root, "audit-spill");

    public string AclFile => Path.Combine(Root, "mqtt", "acl.conf");

    private string RunningFile => Path.Combine(Root, "running.json");

    private string LocationFile => Path.Combine(Root, "postgres.json");

    /// <summary><c>.pulse</c> beside the solution the current folder belongs to, else in the current folder.</summary>
    public static string DefaultRoot()
    {
        var current = Directory.GetCurrentDirectory();
        for (var folder = new DirectoryInfo(current); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Pulse.Libraries.sln")))
            {
                return Path.Combine(folder.FullName, ".pulse");
            }
        }

        return Path.Combine(current, ".pulse");
    }

    /// <summary>Creates the folder if needed and takes its lock.</summary>
    /// <exception cref="UsageException">Another host runs from this folder.</exception>
    public static DevelopmentFolder Open(string root)
    {
        var folder = new DevelopmentFolder(Path.GetFullPath(root));
        Directory.CreateDirectory(folder.Root);
        File.SetUnixFileMode(folder.Root, OthersMayEnter);
        foreach (var secret in new[] { folder.Authority, folder.Devices, folder.Identity, Path.GetDirectoryName(folder.AclFile)! })
        {
            Directory.CreateDirectory(secret, OwnerOnly);
        }

        try
        {
            folder._lock = new FileStream(Path.Combine(folder.Root, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            throw new UsageException($"Pulse already runs from {folder.Root}{folder.RunningNote()}. Stop it with Ctrl-C, or use another folder with --data.");
        }

        return folder;
    }

    /// <summary>Where the database cluster lives and where its socket goes; decided once, kept ever after.</summary>
    public async Task<(string Data, string Sockets)> ChoosePostgresAsync(CancellationToken cancellationToken)
    {
        if (File.Exists(LocationFile))
        {
            var known = JsonSerializer.Deserialize<Location>(await File.ReadAllTextAsync(LocationFile, cancellationToken))!;
            if (Directory.Exists(known.Sockets))
            {
                return (known.Data, known.Sockets);
            }

            // A machine that was restarted has lost its temporary folder, not its data.
            return await RememberAsync(known.Data, cancellationToken);
        }

        if (await PostgresCluster.CanEnterAsync(Root, cancellationToken))
        {
            return await RememberAsync(Path.Combine(Root, "postgres"), cancellationToken);
        }

        // Only root meets this: its own folders are closed to the user the database server runs as.
        var elsewhere = Path.Combine("/var/lib/pulse-development", RandomNumberGenerator.GetHexString(8, lowercase: true));
        Directory.CreateDirectory(elsewhere);
        return await RememberAsync(Path.Combine(elsewhere, "postgres"), cancellationToken);
    }

    /// <summary>The socket folder and the secrets of a folder that may be in use: for a look at its database.</summary>
    /// <exception cref="UsageException">Development mode never ran from this folder.</exception>
    public static async Task<(string Sockets, DevelopmentSecrets Secrets)> FindDatabaseAsync(string root, CancellationToken cancellationToken)
    {
        var folder = new DevelopmentFolder(Path.GetFullPath(root));
        if (!File.Exists(folder.LocationFile) || !File.Exists(folder.Secrets))
        {
            throw new UsageException($"There is no database of development mode in {folder.Root}. Start it with ./run.sh, or name another folder with --data.");
        }

        var location = JsonSerializer.Deserialize<Location>(await File.ReadAllTextAsync(folder.LocationFile, cancellationToken))!;
        return (location.Sockets, await DevelopmentSecrets.LoadOrCreateAsync(folder, cancellationToken));
    }

    /// <summary>Says in the folder who runs, for a second start to tell.</summary>
    public void SayRunning(string url) =>
        File.WriteAllText(RunningFile, JsonSerializer.Serialize(new Running(Environment.ProcessId, url)));

    /// <summary>Removes the folder and the database, which must have been stopped.</summary>
    public void Delete()
    {
        if (File.Exists(LocationFile))
        {
            var location = JsonSerializer.Deserialize<Location>(File.ReadAllText(LocationFile))!;
            foreach (var place in new[] { location.Data, location.Sockets }.Where(Directory.Exists))
            {
                Directory.Delete(place, recursive: true);
            }

            var parent = Path.GetDirectoryName(location.Data)!;
            if (parent != Root && Directory.Exists(parent) && !Directory.EnumerateFileSystemEntries(parent).Any())
            {
                Directory.Delete(parent);
            }
        }

        Dispose();
        Directory.Delete(Root, recursive: true);
    }

    public void Dispose()
    {
        if (_lock is not null)
        {
            File.Delete(RunningFile);
            _lock.Dispose();
            _lock = null;
        }
    }

    private async Task<(string Data, string Sockets)> RememberAsync(string data, CancellationToken cancellationToken)
    {
        var beside = data + "-socket";
        var sockets = beside.Length <= LongestSocketFolder ? beside : Directory.CreateTempSubdirectory("pulse-socket-").FullName;
        await File.WriteAllTextAsync(LocationFile, JsonSerializer.Serialize(new Location(data, sockets)), cancellationToken);
        return (data, sockets);
    }

    private string RunningNote()
    {
        try
        {
            var running = JsonSerializer.Deserialize<Running>(File.ReadAllText(RunningFile))!;
            return $" (process {running.ProcessId}, {running.Url})";
        }
        catch (Exception unreadable) when (unreadable is IOException or JsonException)
        {
            return " (it is still starting)";
        }
    }

    private sealed record Location(string Data, string Sockets);

    private sealed record Running(int ProcessId, string Url);
}
