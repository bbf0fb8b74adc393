using System.Diagnostics;

namespace Pulse.ReferenceHost.Development.Identity;

/// <summary>
/// A Keycloak home of our own: the distribution's libraries by link, everything Keycloak writes or configures as our own files.
/// So a build changes no distribution, and no setting of the machine's Keycloak reaches this one.
/// </summary>
internal sealed class KeycloakFolder : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private readonly string _folder;
    private readonly FileStream _lock;

    private KeycloakFolder(string folder, FileStream held)
    {
        _folder = folder;
        _lock = held;
    }

    /// <summary>The start script.</summary>
    public string Script => Path.Combine(Home, "bin", "kc.sh");

    /// <summary>The server's log of its latest start.</summary>
    public string LogFile => Path.Combine(_folder, "keycloak.log");

    private string Home => Path.Combine(_folder, "home");

    /// <summary>Takes the folder for this process, and ends a server a killed process left behind in it.</summary>
    /// <exception cref="InvalidOperationException">The distribution is missing, or another process has the folder.</exception>
    public static KeycloakFolder Open(string? distribution, string folder)
    {
        Check(distribution);
        folder = Path.GetFullPath(folder);
        Directory.CreateDirectory(folder, OwnerOnly);
        var held = TakeLock(Path.Combine(folder, "lock"));
        var opened = new KeycloakFolder(folder, held);
        try
        {
            opened.EndLeftover();
            opened.Prepare(Path.GetFullPath(distribution!));
            return opened;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Puts the realm where a start imports it from; only its owner can read it.</summary>
    public void WriteImport(string realm)
    {
        var import = Directory.CreateDirectory(Path.Combine(Home, "data", "import"), OwnerOnly);
        File.WriteAllText(Path.Combine(import.FullName, "realm-pulse.json"), realm);
    }

    /// <summary>The end of the log, for the message of a failed start.</summary>
    public string LogTail() =>
        File.Exists(LogFile) ? string.Join('\n', File.ReadLines(LogFile).TakeLast(25)) : "(nothing was logged)";

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    private static void Check(string? distribution)
    {
        if (string.IsNullOrWhiteSpace(distribution))
        {
            throw new InvalidOperationException(
                "KEYCLOAK_HOME is not set. Unpack a Keycloak 26 distribution (keycloak-26.x.zip of keycloak.org) and set KEYCLOAK_HOME to its folder.");
        }

        if (!File.Exists(Path.Combine(distribution, "bin", "kc.sh")) || !Directory.Exists(Path.Combine(distribution, "lib", "quarkus")))
        {
            throw new InvalidOperationException(
                $"KEYCLOAK_HOME is '{distribution}', which is no Keycloak distribution: bin/kc.sh or lib/quarkus is missing in it.");
        }
    }

    private static FileStream TakeLock(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException taken)
        {
            throw new InvalidOperationException($"Another process runs Keycloak in this folder: {path} is locked.", taken);
        }
    }

    private void EndLeftover()
    {
        // The pipe of the start script ends the server with us; this is for the case that the script itself was killed.
        var argument = $"-Dkc.home.dir={Home}/";
        foreach (var process in Process.GetProcessesByName("java"))
        {
            using (process)
            {
                if (CommandLine(process.Id).Contains(argument, StringComparison.Ordinal))
                {
                    process.Kill();
                    process.WaitForExit(TimeSpan.FromSeconds(10));
                }
            }
        }
    }

    private static string CommandLine(int processId)
    {
        try
        {
            return File.ReadAllText($"/proc/{processId}/cmdline");
        }
        catch (IOException)
        {
            // It ended since it was listed.
            return string.Empty;
        }
    }

    private void Prepare(string distribution)
    {
        var marker = Path.Combine(Home, "made-from");
        var origin = $"{distribution}\n{File.ReadAllText(Path.Combine(distribution, "version.txt"))}";
        if (File.Exists(marker) && File.ReadAllText(marker) == origin)
        {
            return;
        }

        if (Directory.Exists(Home))
        {
            Directory.Delete(Home, recursive: true);
        }

        foreach (var folder in (string[])["bin", "conf", "providers", Path.Combine("lib", "quarkus")])
        {
            Directory.CreateDirectory(Path.Combine(Home, folder), OwnerOnly);
        }

        // kc.sh finds its home beside itself, so it and what a build rewrites are copies.
        Copy(distribution, Path.Combine("bin", "kc.sh"));
        Copy(distribution, Path.Combine("lib", "quarkus-run.jar"));
        foreach (var file in Directory.GetFiles(Path.Combine(distribution, "lib", "quarkus")))
        {
            Copy(distribution, Path.GetRelativePath(distribution, file));
        }

        foreach (var linked in (string[])[Path.Combine("lib", "lib"), Path.Combine("lib", "app"), Path.Combine("conf", "cache-ispn.xml")])
        {
            File.CreateSymbolicLink(Path.Combine(Home, linked), Path.Combine(distribution, linked));
        }

        File.WriteAllText(Path.Combine(Home, "conf", "keycloak.conf"), string.Empty);
        File.WriteAllText(marker, origin);
    }

    private void Copy(string distribution, string file) =>
        File.Copy(Path.Combine(distribution, file), Path.Combine(Home, file));
}
