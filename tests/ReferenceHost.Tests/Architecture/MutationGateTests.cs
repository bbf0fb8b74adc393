using Pulse.Engineering.Mutation;

namespace Pulse.ReferenceHost.Tests.Architecture;

[Trait("Category", "Architecture")]
public sealed class MutationGateTests
{
    [Fact]
    public void A_good_report_passes_and_is_described_in_one_line()
    {
        var report = Report(("Killed", 120), ("Survived", 8), ("Timeout", 2), ("CompileError", 3), ("Ignored", 40));

        Assert.Empty(MutationGate.Judge(report, breakPercent: 85, minimumTested: 130));
        Assert.Equal(
            "Pulse.Tenancy 93.84 % (killed 120, survived 8, timeout 2, no coverage 0, compile errors 3)",
            report.Describe("Pulse.Tenancy"));
    }

    [Theory]
    [InlineData(17, 3, true)]
    [InlineData(8499, 1501, false)]
    [InlineData(849999, 150001, false)]
    public void A_score_is_never_rounded_up(int killed, int survived, bool passes)
    {
        var problems = MutationGate.Judge(Report(("Killed", killed), ("Survived", survived)), 85, 1);

        Assert.Equal(passes, problems.Count == 0);
    }

    [Fact]
    public void A_mutant_no_test_reaches_counts_as_survived()
    {
        Assert.Equal(5000, Report(("Killed", 1), ("NoCoverage", 1)).Score);
    }

    [Fact]
    public void A_report_without_a_tested_mutant_fails()
    {
        Assert.Contains("0 mutants were tested", MutationGate.Judge(Report(("Ignored", 5)), 0, 0)[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100, true)]
    [InlineData(99, false)]
    public void Fewer_tested_mutants_than_recorded_fail(int tested, bool passes)
    {
        Assert.Equal(passes, MutationGate.Judge(Report(("Killed", tested)), 85, 100).Count == 0);
    }

    [Theory]
    [InlineData(8, true)]
    [InlineData(9, false)]
    public void Too_many_mutants_that_do_not_compile_fail(int compileErrors, bool passes)
    {
        var report = Report(("Killed", 100 - compileErrors), ("CompileError", compileErrors));

        Assert.Equal(passes, MutationGate.Judge(report, 85, 1).Count == 0);
    }

    [Theory]
    [InlineData(100, 5, true)]
    [InlineData(100, 6, false)]
    [InlineData(1000, 20, true)]
    [InlineData(1000, 21, false)]
    public void Too_many_timeouts_fail(int tested, int timeouts, bool passes)
    {
        var report = Report(("Killed", tested - timeouts), ("Timeout", timeouts));

        Assert.Equal(passes, MutationGate.Judge(report, 85, 1).Count == 0);
    }

    [Fact]
    public void A_record_expects_nine_mutants_in_ten_to_stay()
    {
        Assert.Equal(117, new MutationRecord("hash", 92.31m, 130).MinimumTested);
    }

    [Theory]
    [InlineData("[\"!**/Shared/**/*.cs\"]", "", 0)]
    [InlineData("[\"!**/Store/Reader.cs\"]", "| Pulse.Audit | `**/Store/Reader.cs` | Speaks SQL. |", 0)]
    [InlineData("[\"!**/Store/Reader.cs\"]", "", 1)]
    [InlineData("[\"!**/Store/Reader.cs\"]", "| Pulse.Audit | `**/Store/Reader.cs` |  |", 1)]
    [InlineData("[\"!**/Store/Reader.cs\"]", "| Pulse.Auth | `**/Store/Reader.cs` | Speaks SQL. |", 1)]
    [InlineData("[]", "| Pulse.Audit | `**/Store/Reader.cs` | Speaks SQL. |", 1)]
    [InlineData("[\"!**/Store/Gone.cs\"]", "| Pulse.Audit | `**/Store/Gone.cs` | Speaks SQL. |", 1)]
    [InlineData("[\"!**/Store/*.cs\"]", "| Pulse.Audit | `**/Store/*.cs` | Speaks SQL. |", 1)]
    public void An_exclusion_needs_a_reason_and_a_file(string mutate, string reasons, int problems)
    {
        var configuration = $$$"""{"stryker-config":{"mutate":{{{mutate}}}}}""";

        Assert.Equal(problems, Exclusions.Check("Pulse.Audit", configuration, reasons, ["Store/Reader.cs", "Log.cs"]).Count);
    }

    [Fact]
    public void The_exclusions_of_this_repository_have_reasons()
    {
        var reasons = Repository.Read("eng/mutation/excluded.md");
        var problems = Repository.Packages.SelectMany(package => Exclusions.Check(
            package,
            Repository.Read(Workspace.ConfigurationOf(package)),
            reasons,
            [.. Repository.Files.Where(file => file.StartsWith($"src/{package}/", StringComparison.Ordinal))]));

        Expect.None(problems);
    }

    private static MutationReport Report(params (string Status, int Count)[] mutants)
    {
        var entries = mutants.SelectMany(group => Enumerable.Repeat(Entry(group.Status), group.Count));
        return MutationReport.Parse("""{"files":{"src/Pulse.Tenancy/TenantId.cs":{"mutants":[""" + string.Join(',', entries) + "]}}}");
    }

    private static string Entry(string status) =>
        $$$"""{"mutatorName":"Equality mutation","replacement":"a != b","location":{"start":{"line":7,"column":1}},"status":"{{{status}}}"}""";
}
