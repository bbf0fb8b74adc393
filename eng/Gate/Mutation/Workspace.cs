using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace Pulse.Engineering.Mutation;

/// <summary>The repository: where things are, what a package's measurement depends on, how a program runs in it.</summary>
internal sealed class Workspace
{
    public static readonly IReadOnlyList<string> Packages = ["Pulse.Auth", "Pulse.Tenancy", "Pulse.Mqtt", "Pulse.Certs", "Pulse.Audit"];

    public Workspace(string root) => Root = root;

    public string Root { get; }

    public string RecordedFile => PathOf("eng/mutation/recorded.json");

    public string ExcludedFile => PathOf("eng/mutation/excluded.md");

    /// <summary>Walks up from a folder to the one that holds the solution.</summary>
    public static Workspace Find(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Pulse.Libraries.sln")))
            {
                return new Workspace(at.FullName);
            }
        }

        throw new InvalidOperationException($"No folder above {folder} holds Pulse.Libraries.sln.");
    }

    public string PathOf(string relative) => Path.Combine(Root, relative);

    public static string ConfigurationOf(string package) =>
        $"eng/mutation/{package["Pulse.".Length..].ToLowerInvariant()}.json";

    /// <summary>The files git knows or would know under these paths, sorted, relative to the root.</summary>
    public IReadOnlyList<string> Files(params string[] paths)
    {
        var (exitCode, output) = Run(Root, "git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", .. paths]);
        return exitCode == 0
            ? [.. output.Split('\0', StringSplitOptions.RemoveEmptyEntries).Where(file => File.Exists(PathOf(file))).Order(StringComparer.Ordinal)]
            : throw new InvalidOperationException($"git ls-files exited with {exitCode}: {output}");
    }

    /// <summary>SHA-256 over names and contents of a package's code and tests, its configuration and the tool's version.</summary>
    public string HashOf(string package)
    {
        var files = Files($"src/{package}", "src/Shared", $"tests/{package}.Tests", ConfigurationOf(package), ".config/dotnet-tools.json")
            .Where(file => Path.GetExtension(file) is not (".md" or ".txt"));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files)
        {
            var content = File.ReadAllBytes(PathOf(file));
            hash.AppendData(Encoding.UTF8.GetBytes($"{file}\n{content.Length}\n"));
            hash.AppendData(content);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Runs a program to its end; its standard output and error are answered together.</summary>
    public static (int ExitCode, string Output) Run(string folder, string file, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.GetAwaiter().GetResult());
    }
}
