using System.Text.RegularExpressions;

namespace Pulse.ReferenceHost.Tests.Architecture;

[Trait("Category", "Architecture")]
public sealed partial class SourceTreeTests
{
    private const int MaxLines = 350;
    private const int MaxSharedFiles = 5;
    private static readonly string[] KindFolders = ["Models", "Helpers", "Internal", "Utils", "Utilities", "Common", "Misc"];

    [Fact]
    public void Folders_are_named_after_what_they_can_do_never_after_a_kind_of_code()
    {
        var folders = Repository.Files.Where(IsCode).SelectMany(file => Path.GetDirectoryName(file)!.Split('/')).Distinct();

        Expect.None(folders.Intersect(KindFolders, StringComparer.OrdinalIgnoreCase));
    }

    [Fact]
    public void No_source_file_is_longer_than_a_reader_bears()
    {
        var tooLong = Repository.Files
            .Where(file => IsCode(file) && (file.StartsWith("src/", StringComparison.Ordinal) || file.StartsWith("samples/", StringComparison.Ordinal)))
            .Select(file => (file, lines: Repository.Read(file).Count(character => character == '\n')))
            .Where(found => found.lines > MaxLines);

        Expect.None(tooLong);
    }

    [Fact]
    public void Shared_sources_stay_few()
    {
        var shared = Repository.Files.Where(file => file.StartsWith("src/Shared/", StringComparison.Ordinal) && IsCode(file)).ToList();

        Assert.True(shared.Count <= MaxSharedFiles, string.Join(", ", shared));
    }

    [Fact]
    public void A_shared_source_shows_nothing_to_the_world()
    {
        var exported = Repository.Packages.SelectMany(package => Repository.Load(package).GetExportedTypes())
            .Where(type => type.Namespace?.StartsWith("Pulse.Shared", StringComparison.Ordinal) == true);

        Expect.None(exported);
    }

    [Fact]
    public void No_file_names_a_package_registry()
    {
        var named = Repository.WrittenFiles.Where(file => Registry().IsMatch(Repository.Read(file)));

        Expect.None(named);
    }

    [Fact]
    public void No_file_names_a_path_of_one_machine()
    {
        var named = Repository.WrittenFiles.Where(file => MachinePath().IsMatch(Repository.Read(file)));

        Expect.None(named);
    }

    [Fact]
    public void Only_continuous_integration_knows_what_lies_beside_the_checkout()
    {
        var named = Repository.WrittenFiles.Where(file => Repository.Read(file).Contains(".." + "/shared", StringComparison.Ordinal));

        Assert.All(named, file => Assert.Equal(".ci/run", file));
    }

    [Fact]
    public void Every_script_is_executable_unless_it_is_sourced()
    {
        var scripts = Repository.Files
            .Where(file => file.EndsWith(".sh", StringComparison.Ordinal) || file == ".ci/run")
            .Where(file => Repository.Read(file).StartsWith("#!", StringComparison.Ordinal))
            .Where(file => !Repository.IsExecutable(file));

        Expect.None(scripts);
    }

    [Fact]
    public void Comments_hold_no_work_left_over()
    {
        var left = Repository.Files.Where(IsCode).Where(file => LeftOver().IsMatch(Repository.Read(file)));

        Expect.None(left);
    }

    [Fact]
    public void A_disabled_mutant_has_a_reason()
    {
        var bare = from file in Repository.Files.Where(IsCode)
                   from Match match in DisabledMutant().Matches(Repository.Read(file))
                   where !ReasonedOnce().IsMatch(match.Value)
                   select $"{file}: {match.Value.Trim()}";

        Expect.None(bare);
    }

    private static bool IsCode(string file) => file.EndsWith(".cs", StringComparison.Ordinal);

    // Spelled in pieces, as these tests read this file too.
    [GeneratedRegex(@"// Stryker " + @"disable.*")]
    private static partial Regex DisabledMutant();

    [GeneratedRegex(@"^// Stryker " + @"disable once [\w, ]+ : \S.{9,}")]
    private static partial Regex ReasonedOnce();

    [GeneratedRegex(@"(api|www)\.nuget" + @"\.org|registry\.npmjs" + @"\.org|repo1?\.maven" + @"\.|pypi" + @"\.org|ghcr" + @"\.io|docker" + @"\.io|pkgs\.dev\.azure", RegexOptions.IgnoreCase)]
    private static partial Regex Registry();

    [GeneratedRegex(@"(?<![\w./-])/(root|home/\w+|Users/\w+|work|tmp/wt-\w+|tmp/pulse)" + @"/", RegexOptions.CultureInvariant)]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"//.*\b(TO" + @"DO|FIX" + @"ME|HA" + @"CK)\b", RegexOptions.CultureInvariant)]
    private static partial Regex LeftOver();
}
