using System.Reflection;
using Pulse.Engineering.Mutation;

namespace Pulse.ReferenceHost.Tests.Architecture;

/// <summary>The checkout these tests were built from, seen as git sees it.</summary>
internal static class Repository
{
    private static readonly Workspace Workspace = Workspace.Find(AppContext.BaseDirectory);

    /// <summary>Every file git tracks or would track, relative to the root.</summary>
    public static IReadOnlyList<string> Files { get; } = Workspace.Files();

    public static IReadOnlyList<string> Packages => Workspace.Packages;

    public static TheoryData<string> EachPackage => [.. Packages];

    public static string Read(string file) => File.ReadAllText(Workspace.PathOf(file));

    public static bool Has(string file) => File.Exists(Workspace.PathOf(file));

    public static Assembly Load(string package) => Assembly.Load(new AssemblyName(package));

    /// <summary>The files whose text a person writes: not the generated lock files, not pictures.</summary>
    public static IEnumerable<string> WrittenFiles =>
        Files.Where(file => Path.GetFileName(file) != "packages.lock.json" && !IsBinary(file));

    public static bool IsExecutable(string file) =>
        (File.GetUnixFileMode(Workspace.PathOf(file)) & UnixFileMode.UserExecute) != 0;

    private static bool IsBinary(string file)
    {
        using var stream = File.OpenRead(Workspace.PathOf(file));
        var head = new byte[4096];
        return head.AsSpan(0, stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)).Contains((byte)0);
    }
}
