using System.Xml;
using System.Xml.Linq;

namespace Pulse.Engineering.TestResults;

/// <summary>What one test project's run left behind in its TRX file.</summary>
internal sealed class TestRun
{
    private static readonly XNamespace Trx = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";

    private TestRun(IReadOnlyList<TestOutcome> outcomes, string? problem)
    {
        Outcomes = outcomes;
        Problem = problem;
    }

    public IReadOnlyList<TestOutcome> Outcomes { get; }

    /// <summary>Why the run as a whole cannot be trusted; null when it ran to its end.</summary>
    public string? Problem { get; }

    /// <summary>Reads a TRX file; a missing or torn one is a run with a problem, never an empty success.</summary>
    public static TestRun Read(string file, bool mayBeEmpty)
    {
        if (!File.Exists(file))
        {
            return new TestRun([], "produced no results: it crashed, hung or never started");
        }

        try
        {
            return From(XDocument.Load(file), mayBeEmpty);
        }
        catch (XmlException torn)
        {
            return new TestRun([], $"left results that cannot be read: {torn.Message}");
        }
    }

    public static TestRun From(XDocument document, bool mayBeEmpty)
    {
        var outcomes = document.Descendants(Trx + "UnitTestResult").Select(Outcome).ToList();
        var summary = document.Descendants(Trx + "ResultSummary").FirstOrDefault()?.Attribute("outcome")?.Value;
        var failed = outcomes.Exists(outcome => outcome.Verdict == TestVerdict.Failed);

        // A test host that dies keeps the outcomes it had so far; what betrays it is an error of the run itself.
        var ended = summary == "Completed" || (summary == "Failed" && failed);
        string? problem = null;
        if (!ended || HasErrorOfItsOwn(document))
        {
            problem = $"did not run to its end (outcome {summary ?? "missing"})";
        }
        else if (outcomes.Count == 0 && !mayBeEmpty)
        {
            problem = "ran no test";
        }

        return new TestRun(outcomes, problem);
    }

    private static TestOutcome Outcome(XElement result)
    {
        var verdict = result.Attribute("outcome")?.Value switch
        {
            "Passed" => TestVerdict.Passed,
            "NotExecuted" => TestVerdict.Skipped,
            _ => TestVerdict.Failed,
        };
        var name = result.Attribute("testName")?.Value ?? "(a test without a name)";
        var error = result.Element(Trx + "Output")?.Element(Trx + "ErrorInfo");
        string?[] texts = [error?.Element(Trx + "Message")?.Value, error?.Element(Trx + "StackTrace")?.Value];
        return new TestOutcome(name, verdict, string.Join('\n', texts.Where(text => !string.IsNullOrWhiteSpace(text))));
    }

    // The adapter repeats every failed test as an error of the run; those lines carry its mark.
    private static bool HasErrorOfItsOwn(XDocument document) =>
        document.Descendants(Trx + "RunInfo")
            .Where(info => info.Attribute("outcome")?.Value == "Error")
            .Any(info => info.Element(Trx + "Text")?.Value.TrimStart().StartsWith("[xUnit.net", StringComparison.Ordinal) != true);
}
