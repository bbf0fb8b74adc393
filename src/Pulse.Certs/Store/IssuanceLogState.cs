namespace Pulse.Certs;

/// <summary>What a verification of the issuance log found first.</summary>
public enum IssuanceLogState
{
    /// <summary>Every row hashes to what the next one says, and the last to what the head says.</summary>
    Intact,

    /// <summary>A row does not hash to its own hash, or does not name the hash of the row before.</summary>
    RowAltered,

    /// <summary>A number is missing in the sequence.</summary>
    RowMissing,

    /// <summary>The head names another last row: rows were cut off the end or added behind it.</summary>
    HeadMismatch,

    /// <summary>A stored certificate has no row, or another fingerprint than its row.</summary>
    CertificateUnlogged,
}
