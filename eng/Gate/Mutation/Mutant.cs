namespace Pulse.Engineering.Mutation;

/// <summary>One mutant of a report, with the place a reader has to look at.</summary>
internal sealed record Mutant(string File, int Line, string Mutator, string Replacement, string Status);
