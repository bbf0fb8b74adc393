using System.Text.Json;
using System.Text.RegularExpressions;

namespace Pulse.Engineering.Mutation;

/// <summary>The files no mutant is made of: a configuration's exclusions and the reasons <c>excluded.md</c> gives for them.</summary>
internal static partial class Exclusions
{
    private const string Shared = "!**/Shared/**/*.cs";

    /// <summary>What is wrong with a package's exclusions: one without a reason, one without a file, a reason for nothing.</summary>
    /// <param name="package">Package id.</param>
    /// <param name="configuration">Stryker's configuration of the package.</param>
    /// <param name="reasons">The text of <c>excluded.md</c>.</param>
    /// <param name="files">The package's files, relative to its folder.</param>
    public static IReadOnlyList<string> Check(string package, string configuration, string reasons, IReadOnlyList<string> files)
    {
        using var document = JsonDocument.Parse(configuration);
        var excluded = document.RootElement.GetProperty("stryker-config").GetProperty("mutate").EnumerateArray()
            .Select(pattern => pattern.GetString()!)
            .Where(pattern => pattern.StartsWith('!') && pattern != Shared)
            .Select(pattern => pattern[1..])
            .ToList();
        var reasoned = Row().Matches(reasons)
            .Where(row => row.Groups["package"].Value == package && row.Groups["reason"].Value.Trim().Length > 0)
            .Select(row => row.Groups["file"].Value)
            .ToList();

        return
        [
            .. excluded.Except(reasoned).Select(pattern => $"{package}: {pattern} is excluded without a reason in excluded.md"),
            .. reasoned.Except(excluded).Select(pattern => $"{package}: excluded.md gives a reason for {pattern}, which is not excluded"),
            .. excluded.Where(pattern => !files.Any(file => Names(pattern, file)))
                .Select(pattern => $"{package}: {pattern} is excluded and there is no such file"),
        ];
    }

    // Exclusions name one file each, as **/Name.cs or **/Folder/Name.cs: a wildcard would let new code slip out of sight.
    private static bool Names(string pattern, string file) =>
        pattern.StartsWith("**/", StringComparison.Ordinal) && ("/" + file).EndsWith(pattern[2..], StringComparison.Ordinal);

    [GeneratedRegex(@"^\| (?<package>Pulse\.\w+) \| `(?<file>[^`]+)` \|(?<reason>[^|]*)\|\s*$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Row();
}
