namespace Pulse.Certs;

/// <summary>What the store made of a new certificate.</summary>
/// <param name="Outcome">Added, or the reason against it.</param>
/// <param name="Existing">The certificate that is there already, with <see cref="AddOutcome.AlreadyRotated"/>.</param>
/// <param name="Superseded">The certificates revoked as superseded in the same transaction, by serial number.</param>
public sealed record AddResult(
    AddOutcome Outcome, CertificateRecord? Existing, IReadOnlyList<KeyValuePair<string, RevocationRecord>> Superseded)
{
    /// <summary>Nothing was added and nothing superseded.</summary>
    /// <param name="outcome">Why.</param>
    public AddResult(AddOutcome outcome)
        : this(outcome, Existing: null, Superseded: [])
    {
    }
}
