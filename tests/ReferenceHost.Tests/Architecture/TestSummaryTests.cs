using System.Xml.Linq;
using Pulse.Engineering.TestResults;

namespace Pulse.ReferenceHost.Tests.Architecture;

[Trait("Category", "Architecture")]
public sealed class TestSummaryTests : IDisposable
{
    private const string Passed = """<UnitTestResult testName="A.Good" outcome="Passed" />""";
    private const string Skipped = """<UnitTestResult testName="A.Idle" outcome="NotExecuted"><Output><ErrorInfo><Message>no server</Message></ErrorInfo></Output></UnitTestResult>""";
    private const string Failed = """<UnitTestResult testName="A.Bad" outcome="Failed"><Output><ErrorInfo><Message>1 is not 2</Message><StackTrace>at A.Bad()</StackTrace></ErrorInfo></Output></UnitTestResult>""";

    private readonly string _results = Directory.CreateTempSubdirectory("pulse-summary-").FullName;

    public void Dispose() => Directory.Delete(_results, recursive: true);

    [Fact]
    public void Sums_up_all_projects_in_the_last_line()
    {
        Write("One", Trx("Completed", Passed + Passed));
        Write("Two", Trx("Completed", Passed + Skipped));

        var (exitCode, lines) = Print("One", "Two");

        Assert.Equal(0, exitCode);
        Assert.Equal("3 passed, 0 failed, 1 skipped", lines[^1]);
        Assert.Equal(["SKIPPED  A.Idle", "    no server"], lines[..^1]);
    }

    [Fact]
    public void Names_a_failed_test_with_its_message()
    {
        // The adapter repeats a failed test as an error of the run: that is no second failure.
        Write("One", Trx("Failed", Passed + Failed, "[xUnit.net 00:00:00.10]     A.Bad [FAIL]"));

        var (exitCode, lines) = Print("One");

        Assert.Equal(1, exitCode);
        Assert.Equal(["FAILED  A.Bad", "    1 is not 2", "    at A.Bad()", "1 passed, 1 failed, 0 skipped"], lines);
    }

    [Fact]
    public void A_project_without_results_is_a_failure_and_its_log_is_shown()
    {
        Write("One", Trx("Completed", Passed));
        File.WriteAllText(Path.Combine(_results, "Two.log"), "could not start\n");

        var (exitCode, lines) = Print("One", "Two");

        Assert.Equal(1, exitCode);
        Assert.StartsWith("FAILED  Two produced no results", lines[0], StringComparison.Ordinal);
        Assert.Equal("    could not start", lines[1]);
        Assert.Equal("1 passed, 1 failed, 0 skipped", lines[^1]);
    }

    [Theory]
    [InlineData("Completed", "Test host process crashed")]
    [InlineData("Failed", null)]
    [InlineData("Aborted", null)]
    public void A_run_that_broke_off_is_a_failure_though_every_result_it_left_passed(string outcome, string? error)
    {
        Write("One", Trx(outcome, Passed, error));

        var (exitCode, lines) = Print("One");

        Assert.Equal(1, exitCode);
        Assert.StartsWith("FAILED  One did not run to its end", lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Torn_results_are_a_failure()
    {
        File.WriteAllText(Path.Combine(_results, "One.trx"), "<TestRun><Results>");

        Assert.Equal(1, Print("One").ExitCode);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void No_test_at_all_is_a_failure(bool mayBeEmpty)
    {
        Write("One", Trx("Completed", string.Empty));

        Assert.Equal(1, Print(mayBeEmpty, "One").ExitCode);
    }

    [Fact]
    public void A_project_may_be_empty_where_only_a_few_have_tests_of_the_category()
    {
        Write("One", Trx("Completed", string.Empty));
        Write("Two", Trx("Completed", Passed));

        Assert.Equal(1, Print(mayBeEmpty: false, "One", "Two").ExitCode);
        Assert.Equal(0, Print(mayBeEmpty: true, "One", "Two").ExitCode);
    }

    private static string Trx(string outcome, string results, string? error = null)
    {
        var runInfo = error is null ? string.Empty : $"""<RunInfos><RunInfo outcome="Error"><Text>{error}</Text></RunInfo></RunInfos>""";
        return XDocument.Parse($"""
            <TestRun xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010">
              <Results>{results}</Results>
              <ResultSummary outcome="{outcome}">{runInfo}</ResultSummary>
            </TestRun>
            """).ToString();
    }

    private void Write(string project, string trx) => File.WriteAllText(Path.Combine(_results, project + ".trx"), trx);

    private (int ExitCode, string[] Lines) Print(params string[] projects) => Print(mayBeEmpty: false, projects);

    private (int ExitCode, string[] Lines) Print(bool mayBeEmpty, params string[] projects)
    {
        using var output = new StringWriter();
        var exitCode = TestSummary.Print(_results, projects, mayBeEmpty, output);
        return (exitCode, output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
