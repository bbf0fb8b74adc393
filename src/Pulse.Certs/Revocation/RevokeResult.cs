namespace Pulse.Certs;

/// <summary>The state of a certificate after a request to revoke it.</summary>
public sealed class RevokeResult
{
    internal static readonly RevokeResult NotFound = new(RevokeOutcome.NotFound, revokedAt: null, reason: null);

    internal RevokeResult(RevokeOutcome outcome, DateTimeOffset? revokedAt, RevocationReason? reason)
    {
        Outcome = outcome;
        RevokedAt = revokedAt;
        Reason = reason;
    }

    /// <summary>Whether the certificate is revoked, by this request or before it.</summary>
    public bool Succeeded => Outcome != RevokeOutcome.NotFound;

    /// <summary>What happened.</summary>
    public RevokeOutcome Outcome { get; }

    /// <summary>When it was first revoked, UTC; null when it was not found.</summary>
    public DateTimeOffset? RevokedAt { get; }

    /// <summary>The reason first given; null when it was not found.</summary>
    public RevocationReason? Reason { get; }
}
