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

    private static string Region(string source, string name)
    {
        var lines = source.Split('\n').SkipWhile(line => line.Trim() != $"#region {name}").Skip(1)
            .TakeWhile(line => line.Trim() != "#endregion")
            .Select(line => Indent().Replace(line, string.Empty));
        return string.Join('\n', lines);
    }

    [GeneratedRegex("^ {8}")]
    private static partial Regex Indent();
}
