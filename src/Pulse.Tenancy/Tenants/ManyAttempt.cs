namespace Pulse.Tenancy;

/// <summary>What became of items that ran in one transaction.</summary>
/// <param name="Outcomes">One per item when the transaction was committed; null when it was refused.</param>
/// <param name="SqlState">SQLSTATE of the refusal.</param>
/// <param name="RefusedItem">The item the server stopped at; null when it stopped at none of them (the commit was refused).</param>
internal sealed record ManyAttempt(IReadOnlyList<TenantOutcome>? Outcomes, string? SqlState, int? RefusedItem);
