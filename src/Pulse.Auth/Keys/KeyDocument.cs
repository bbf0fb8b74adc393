namespace Pulse.Auth;

/// <summary>A fetched text, or why there is none.</summary>
internal readonly record struct KeyDocument(string? Text, KeySetProblem Problem)
{
    public static KeyDocument Failed(KeySetProblem problem) => new(null, problem);
}
