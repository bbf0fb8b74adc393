namespace Pulse.Certs;

/// <summary>Follows the issuance log row by row.</summary>
internal sealed class IssuanceLogChain
{
    private byte[] _hash = new byte[32];

    /// <summary>The number of the last row that fitted; 0 before the first.</summary>
    public long Sequence { get; private set; }

    /// <summary>Whether a row is the next of the chain and hashes to its own hash.</summary>
    public IssuanceLogState Follow(IssuanceLogEntry entry, byte[] storedHash)
    {
        if (entry.Sequence != Sequence + 1)
        {
            return IssuanceLogState.RowMissing;
        }

        if (!entry.Previous.AsSpan().SequenceEqual(_hash))
        {
            return IssuanceLogState.RowAltered;
        }

        if (!entry.ComputeHash().AsSpan().SequenceEqual(storedHash))
        {
            return IssuanceLogState.RowAltered;
        }

        Sequence = entry.Sequence;
        _hash = storedHash;
        return IssuanceLogState.Intact;
    }

    public bool EndsAt(IssuanceLogHead head) => head.Sequence == Sequence && head.Hash.AsSpan().SequenceEqual(_hash);
}
