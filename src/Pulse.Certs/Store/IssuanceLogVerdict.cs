namespace Pulse.Certs;

/// <summary>The result of verifying the issuance log.</summary>
/// <param name="State">Intact, or the first fault.</param>
/// <param name="Sequence">The number of the faulty row; of the last row when intact or when the fault is in no row.</param>
public readonly record struct IssuanceLogVerdict(IssuanceLogState State, long Sequence)
{
    /// <summary>Whether no fault was found.</summary>
    public bool IsIntact => State == IssuanceLogState.Intact;
}
