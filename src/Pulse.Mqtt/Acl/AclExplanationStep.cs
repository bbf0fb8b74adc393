namespace Pulse.Mqtt;

/// <summary>One rule in an explanation.</summary>
/// <param name="Line">Its line, from 1.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Rule">The rule as the broker reads it, such as <c>pattern write d/%u/x</c>; bytes that are no UTF-8 show as U+FFFD.</param>
/// <param name="Filter">The filter compared with the topic, tokens replaced.</param>
public sealed record AclExplanationStep(int Line, AclRuleOutcome Outcome, string Rule, string Filter);
