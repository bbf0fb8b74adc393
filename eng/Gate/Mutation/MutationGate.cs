using System.Globalization;

namespace Pulse.Engineering.Mutation;

/// <summary>
/// Whether a mutation report is good enough. Stryker's exit code is not asked: it is 0 when no mutant was tested and when
/// a test runner caught nothing.
/// </summary>
internal static class MutationGate
{
    /// <summary>Mutants that do not compile are not tested; above this share the score says little, in percent.</summary>
    public const int MaxCompileErrorPercent = 8;

    /// <summary>A timeout counts as a kill though a busy machine makes false ones: this share of the tested, in percent …</summary>
    public const int MaxTimeoutPercent = 2;

    /// <summary>… and never fewer than this many.</summary>
    public const int AlwaysAllowedTimeouts = 5;

    /// <summary>What is wrong with a report; empty when it passes.</summary>
    /// <param name="report">The report.</param>
    /// <param name="breakPercent">Lowest good score.</param>
    /// <param name="minimumTested">Fewest tested mutants: fewer mean that something fell out of sight.</param>
    public static IReadOnlyList<string> Judge(MutationReport report, int breakPercent, int minimumTested)
    {
        var problems = new List<string>();
        if (report.Tested < Math.Max(1, minimumTested))
        {
            problems.Add(Text($"{report.Tested} mutants were tested; at least {Math.Max(1, minimumTested)} are expected"));
        }

        if (report.Score < breakPercent * 100)
        {
            problems.Add(Text($"the score is below {breakPercent} %"));
        }

        var compiledOrNot = report.Tested + report.CompileErrors;
        if (report.CompileErrors * 100 > compiledOrNot * MaxCompileErrorPercent)
        {
            problems.Add(Text($"{report.CompileErrors} of {compiledOrNot} mutants did not compile; at most {MaxCompileErrorPercent} % may"));
        }

        var allowedTimeouts = Math.Max(AlwaysAllowedTimeouts, report.Tested * MaxTimeoutPercent / 100);
        if (report.TimedOut > allowedTimeouts)
        {
            problems.Add(Text($"{report.TimedOut} mutants timed out; at most {allowedTimeouts} may"));
        }

        return problems;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
