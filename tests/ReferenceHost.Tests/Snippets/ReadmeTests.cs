using System.Text.RegularExpressions;
using Pulse.ReferenceHost.Tests.Architecture;

namespace Pulse.ReferenceHost.Tests.Snippets;

/// <summary>An example that a reader copies compiles: each quoted region equals its source.</summary>
[Trait("Category", "Architecture")]
public sealed partial class ReadmeTests
{
    [Theory]
    [InlineData("auth")]
    [InlineData("tenancy")]
    [InlineData("mqtt")]
    [InlineData("certs")]
    [InlineData("audit")]
    public void The_readme_quotes_the_compiled_example(string name)
    {
        var source = Repository.Read("tests/ReferenceHost.Tests/Snippets/PackageSnippets.cs");
        var readme = Repository.Read("README.md");

        var expected = Region(source, name);
        Assert.InRange(expected.Split('\n').Length, 3, 16);
        Assert.Contains($"<!-- snippet: {name} -->\n```csharp\n{expected}\n```", readme, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Pulse.Auth", "AuthReadme")]
    [InlineData("Pulse.Tenancy", "TenancyReadme")]
    [InlineData("Pulse.Mqtt", "MqttReadme")]
    public void Every_example_of_a_packages_readme_is_a_compiled_one(string package, string examples)
    {
        var source = Repository.Read($"tests/ReferenceHost.Tests/Snippets/{examples}.cs");
        var readme = Repository.Read($"src/{package}/README.md");

        var compiled = RegionName().Matches(source).Select(region => Region(source, region.Groups[1].Value));
        var shown = Example().Matches(readme).Select(example => example.Groups[1].Value);

        Assert.NotEmpty(shown);
        Assert.Equal(compiled, shown);
    }

    private static string Region(string source, string name)
    {
        var lines = source.Split('\n').SkipWhile(line => line.Trim() != $"#region {name}").Skip(1)
            .TakeWhile(line => line.Trim() != "#endregion")
            .Select(line => Indent().Replace(line, string.Empty));
        return string.Join('\n', lines);
    }

    [GeneratedRegex("#region ([a-z-]+)")]
    private static partial Regex RegionName();

    [GeneratedRegex("```csharp\n(.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Example();

    [GeneratedRegex("^ {8}")]
    private static partial Regex Indent();
}
