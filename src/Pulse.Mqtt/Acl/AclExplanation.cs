namespace Pulse.Mqtt;

/// <summary>How a decision came about.</summary>
public sealed class AclExplanation
{
    internal AclExplanation(AclDecision decision, string summary, IReadOnlyList<AclExplanationStep> steps)
    {
        Decision = decision;
        Summary = summary;
        Steps = steps;
    }

    /// <summary>The decision.</summary>
    public AclDecision Decision { get; }

    /// <summary>One sentence: allowed or denied, by which line, and why.</summary>
    public string Summary { get; }

    /// <summary>The rules of the client's section and the patterns in the order the decision looks at them: denials before grants.</summary>
    public IReadOnlyList<AclExplanationStep> Steps { get; }

    /// <summary>Returns <see cref="Summary"/>.</summary>
    /// <returns>The sentence.</returns>
    public override string ToString() => Summary;
}
