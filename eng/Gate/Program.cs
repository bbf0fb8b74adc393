using Pulse.Engineering.Mutation;
using Pulse.Engineering.TestResults;

namespace Pulse.Engineering;

/// <summary>Judges what test and mutation runs left behind. Exit codes: 0 good, 1 not good, 2 bad usage.</summary>
internal static class Program
{
    private const string Usage = """
        Usage: Gate tests RESULTS PROJECT…          sums up RESULTS/PROJECT.trx of every project
               Gate tests --may-be-empty RESULTS PROJECT…
               Gate mutation [--record] [PACKAGE…]  mutates the packages (all without a name) and judges the reports
               Gate mutation --changed              only packages with a record whose content differs from it
        """;

    public static int Main(string[] arguments)
    {
        return arguments switch
        {
            ["tests", "--may-be-empty", var results, .. var projects] => TestSummary.Print(results, projects, mayBeEmpty: true, Console.Out),
            ["tests", var results, .. var projects] => TestSummary.Print(results, projects, mayBeEmpty: false, Console.Out),
            ["mutation", .. var rest] => MutationCommand.Run(rest, Console.Out),
            _ => Refuse(),
        };
    }

    private static int Refuse()
    {
        Console.Error.WriteLine(Usage);
        return 2;
    }
}
