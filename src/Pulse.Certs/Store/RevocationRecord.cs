namespace Pulse.Certs;

/// <summary>A revocation as it stands in the store.</summary>
internal sealed record RevocationRecord(DateTimeOffset At, RevocationReason Reason, bool IsNew);
