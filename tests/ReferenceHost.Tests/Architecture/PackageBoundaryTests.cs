using System.Reflection;
using System.Xml.Linq;

namespace Pulse.ReferenceHost.Tests.Architecture;

[Trait("Category", "Architecture")]
public sealed class PackageBoundaryTests
{
    public static TheoryData<string> Packages => Repository.EachPackage;

    [Theory]
    [MemberData(nameof(Packages))]
    public void A_package_project_references_no_project_and_links_only_shared_files(string package)
    {
        var project = XDocument.Parse(Repository.Read($"src/{package}/{package}.csproj"));

        Expect.None(project.Descendants("ProjectReference"));
        Assert.DoesNotContain(Includes(project, "PackageReference"), reference => reference.StartsWith("Pulse.", StringComparison.OrdinalIgnoreCase));
        Assert.All(
            Includes(project, "Compile").Where(file => file.StartsWith("..", StringComparison.Ordinal)),
            file => Assert.StartsWith("../Shared/", file, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Packages))]
    public void A_package_assembly_references_no_other_package(string package)
    {
        var referenced = Repository.Load(package).GetReferencedAssemblies().Select(assembly => assembly.Name!);

        Assert.DoesNotContain(referenced, name => name.StartsWith("Pulse.", StringComparison.Ordinal) || name == "ReferenceHost");
    }

    [Theory]
    [MemberData(nameof(Packages))]
    public void A_package_has_a_read_me_a_change_log_and_a_declared_API(string package)
    {
        Assert.All(
            new[] { "README.md", "CHANGELOG.md", "PublicAPI.Shipped.txt", "PublicAPI.Unshipped.txt" },
            file => Assert.True(Repository.Has($"src/{package}/{file}"), $"src/{package}/{file} is missing"));
    }

    [Theory]
    [MemberData(nameof(Packages))]
    public void The_version_is_the_one_the_change_log_begins_with(string package)
    {
        var version = XDocument.Parse(Repository.Read($"src/{package}/{package}.csproj")).Descendants("VersionPrefix").Single().Value;
        var heading = Repository.Read($"src/{package}/CHANGELOG.md").Split('\n').First(line => line.StartsWith("## ", StringComparison.Ordinal));

        Assert.True(
            heading == $"## {version}" || heading.StartsWith($"## {version} ", StringComparison.Ordinal) || heading == $"## Unreleased ({version})",
            $"src/{package} has version {version}, its change log begins with \"{heading}\"");
    }

    [Fact]
    public void All_IdentityModel_assemblies_have_one_version()
    {
        // Mixed versions fail at the first token, with IDX10500, and not at the start.
        var versions = Directory.GetFiles(AppContext.BaseDirectory, "Microsoft.IdentityModel.*.dll")
            .ToDictionary(file => Path.GetFileName(file), file => AssemblyName.GetAssemblyName(file).Version!);

        Assert.NotEmpty(versions);
        Assert.True(versions.Values.Distinct().Count() == 1, string.Join('\n', versions));
    }

    private static IEnumerable<string> Includes(XDocument project, string item) =>
        project.Descendants(item).Attributes("Include").Select(include => include.Value.Replace('\\', '/'));
}
