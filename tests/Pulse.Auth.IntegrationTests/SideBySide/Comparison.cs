using Pulse.TestKit;

namespace Pulse.Auth.IntegrationTests.SideBySide;

/// <summary>The README's comparison, one row for each measured answer.</summary>
internal static class Comparison
{
    public static void AssertRow(string what, string ours, string theirs) =>
        Assert.Contains($"| {what} | {ours} | {theirs} |", Readme(), StringComparison.Ordinal);

    public static string Readme() => File.ReadAllText(RepositoryRoot.Combine("src", "Pulse.Auth", "README.md"));
}
