namespace Pulse.Certs;

/// <summary>What the store made of a <see cref="RevocationRequest"/>.</summary>
/// <param name="Outcome">What happened.</param>
/// <param name="Record">The state after it; null when there never was a change.</param>
public sealed record RevocationAnswer(RevokeOutcome Outcome, RevocationRecord? Record);
