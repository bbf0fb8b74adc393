namespace Pulse.Certs;

/// <summary>One row of a certificate's revocations; the one with the highest revision is its state.</summary>
/// <param name="Reason">Why; <see cref="RevocationReason.RemoveFromCrl"/> when a hold was released.</param>
/// <param name="At">Since when the certificate is revoked or on hold, or when the hold was released; UTC, whole seconds.</param>
/// <param name="InvalidSince">Since when it is known or feared to have been invalid (RFC 5280 §5.3.2); null when nobody said.</param>
/// <param name="Revision">1 for a certificate's first row, one more for each later one.</param>
public sealed record RevocationRecord(RevocationReason Reason, DateTimeOffset At, DateTimeOffset? InvalidSince, int Revision)
{
    /// <summary>Whether the certificate is refused: revoked for good or on hold.</summary>
    public bool IsRevoked => Reason != RevocationReason.RemoveFromCrl;

    /// <summary>Whether the certificate is on hold.</summary>
    public bool IsHold => Reason == RevocationReason.CertificateHold;
}
