namespace Pulse.Engineering.TestResults;

/// <summary>One test of a run: only those that did not pass carry a text.</summary>
internal sealed record TestOutcome(string Name, TestVerdict Verdict, string Text);

internal enum TestVerdict
{
    Passed,
    Failed,
    Skipped,
}
