namespace Pulse.Certs;

/// <summary>The state of a certificate after a request to revoke, hold or release it.</summary>
public sealed class RevokeResult
{
    internal static readonly RevokeResult NotFound = new(RevokeOutcome.NotFound, succeeded: false, record: null);

    internal RevokeResult(RevokeOutcome outcome, bool succeeded, RevocationRecord? record)
    {
        Outcome = outcome;
        Succeeded = succeeded;
        RevokedAt = record is { IsRevoked: true } ? record.At : null;
        Reason = record is { IsRevoked: true } ? record.Reason : null;
        InvalidSince = record is { IsRevoked: true } ? record.InvalidSince : null;
    }

    /// <summary>
    /// Whether what was asked for is so now, by this request or before it: refused after a revocation or a hold, good after a release.
    /// </summary>
    public bool Succeeded { get; }

    /// <summary>What happened.</summary>
    public RevokeOutcome Outcome { get; }

    /// <summary>Since when it is revoked or on hold, UTC; null when it is good or was not found.</summary>
    public DateTimeOffset? RevokedAt { get; }

    /// <summary>The reason that stands; null when it is good or was not found.</summary>
    public RevocationReason? Reason { get; }

    /// <summary>Since when it is known or feared to have been invalid (RFC 5280 §5.3.2), UTC; null when nobody said.</summary>
    public DateTimeOffset? InvalidSince { get; }
}
