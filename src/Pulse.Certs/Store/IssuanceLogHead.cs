namespace Pulse.Certs;

/// <summary>The last row of the issuance log: its number and hash; 0 and zeros before the first.</summary>
internal sealed record IssuanceLogHead(long Sequence, byte[] Hash);
