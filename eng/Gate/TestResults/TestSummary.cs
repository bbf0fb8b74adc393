using System.Globalization;

namespace Pulse.Engineering.TestResults;

/// <summary>The closing words of a test run over several projects.</summary>
internal static class TestSummary
{
    /// <summary>
    /// Prints each failed and each skipped test by name, each project that did not run to its end, and last the line
    /// <c>N passed, N failed, N skipped</c>. A project that crashed counts as one failure more.
    /// </summary>
    /// <returns>0 when tests ran and none failed, else 1.</returns>
    public static int Print(string results, IReadOnlyList<string> projects, bool mayBeEmpty, TextWriter output)
    {
        var (passed, failed, skipped) = (0, 0, 0);
        foreach (var project in projects)
        {
            var run = TestRun.Read(Path.Combine(results, project + ".trx"), mayBeEmpty);
            foreach (var outcome in run.Outcomes)
            {
                switch (outcome.Verdict)
                {
                    case TestVerdict.Passed:
                        passed++;
                        break;
                    case TestVerdict.Skipped:
                        skipped++;
                        Describe(output, "SKIPPED", outcome.Name, outcome.Text);
                        break;
                    default:
                        failed++;
                        Describe(output, "FAILED", outcome.Name, outcome.Text);
                        break;
                }
            }

            if (run.Problem is not null)
            {
                failed++;
                Describe(output, "FAILED", $"{project} {run.Problem}", Tail(Path.Combine(results, project + ".log")));
            }
        }

        if (passed + failed == 0)
        {
            failed++;
            Describe(output, "FAILED", "no test ran at all", string.Empty);
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{passed} passed, {failed} failed, {skipped} skipped"));
        return failed == 0 ? 0 : 1;
    }

    private static void Describe(TextWriter output, string verdict, string name, string text)
    {
        output.WriteLine($"{verdict}  {name}");
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            output.WriteLine("    " + line.TrimEnd());
        }
    }

    private static string Tail(string log) =>
        File.Exists(log) ? string.Join('\n', File.ReadLines(log).TakeLast(30)) : string.Empty;
}
