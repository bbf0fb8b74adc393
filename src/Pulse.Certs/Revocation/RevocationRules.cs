namespace Pulse.Certs;

/// <summary>Which change follows on which: revoked is for good, a hold ends by release or revocation, nothing is undone twice.</summary>
internal static class RevocationRules
{
    /// <summary>Whether a device's or server's certificate can be revoked for this reason.</summary>
    public static bool IsReasonToRevoke(RevocationReason reason) => reason is RevocationReason.Unspecified or RevocationReason.KeyCompromise
        or RevocationReason.AffiliationChanged or RevocationReason.Superseded or RevocationReason.CessationOfOperation
        or RevocationReason.PrivilegeWithdrawn;

    /// <summary>Judges a request against the state it finds.</summary>
    /// <param name="current">The last record; null when there is none.</param>
    /// <param name="request">What is asked.</param>
    /// <returns>The outcome and the state after it; the record is to be appended when its revision is not the current one's.</returns>
    public static RevocationAnswer Decide(RevocationRecord? current, RevocationRequest request) => request.Action switch
    {
        RevocationAction.Hold => Hold(current, request),
        RevocationAction.Release => Release(current, request),
        _ => Revoke(current, request),
    };

    private static RevocationAnswer Revoke(RevocationRecord? current, RevocationRequest request)
    {
        if (current is null || !current.IsRevoked)
        {
            return Append(RevokeOutcome.Revoked, current, request, request.Reason, request.At);
        }

        // Nobody could rely on it since the hold: the hold's time stands (RFC 5280 has one revocation date).
        if (current.IsHold)
        {
            return Append(RevokeOutcome.Revoked, current, request, request.Reason, current.At);
        }

        // Only this reason forbids the key; learning of it late must not be ignored.
        return request.Reason == RevocationReason.KeyCompromise && current.Reason != RevocationReason.KeyCompromise
            ? Append(RevokeOutcome.ReasonRaised, current, request, request.Reason, current.At)
            : new RevocationAnswer(RevokeOutcome.AlreadyRevoked, current);
    }

    private static RevocationAnswer Hold(RevocationRecord? current, RevocationRequest request)
    {
        if (current is null || !current.IsRevoked)
        {
            return Append(RevokeOutcome.Held, current, request, RevocationReason.CertificateHold, request.At);
        }

        return new RevocationAnswer(current.IsHold ? RevokeOutcome.AlreadyHeld : RevokeOutcome.AlreadyRevoked, current);
    }

    private static RevocationAnswer Release(RevocationRecord? current, RevocationRequest request)
    {
        if (current is null || !current.IsRevoked)
        {
            return new RevocationAnswer(RevokeOutcome.NotHeld, current);
        }

        return current.IsHold
            ? Append(RevokeOutcome.Released, current, request, RevocationReason.RemoveFromCrl, request.At)
            : new RevocationAnswer(RevokeOutcome.AlreadyRevoked, current);
    }

    private static RevocationAnswer Append(
        RevokeOutcome outcome, RevocationRecord? current, RevocationRequest request, RevocationReason reason, DateTimeOffset at) =>
        new(outcome, new RevocationRecord(reason, at, request.InvalidSince, (current?.Revision ?? 0) + 1));
}
