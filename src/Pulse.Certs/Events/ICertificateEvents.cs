namespace Pulse.Certs;

/// <summary>
/// Told what the authority did, after it is committed. Register any number as singletons. A handler that throws or takes longer
/// than a second is logged and counted; it neither undoes nor delays what it is told of.
/// </summary>
public interface ICertificateEvents
{
    /// <summary>A certificate was issued, also by a rotation.</summary>
    /// <param name="issued">What was issued.</param>
    /// <param name="cancellationToken">Cancelled when the process stops.</param>
    ValueTask IssuedAsync(CertificateIssued issued, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>A certificate was revoked: end the device's sessions. Told again when the revocation is asked for again.</summary>
    /// <param name="revoked">What was revoked.</param>
    /// <param name="cancellationToken">Cancelled when the process stops.</param>
    ValueTask RevokedAsync(CertificateRevoked revoked, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>A device's certificate got a successor; both are good until the overlap ends. Told after <see cref="IssuedAsync"/>.</summary>
    /// <param name="rotated">Which, and until when.</param>
    /// <param name="cancellationToken">Cancelled when the process stops.</param>
    ValueTask RotatedAsync(CertificateRotated rotated, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>A certificate was put on hold: end the device's sessions. Told again when the hold is asked for again.</summary>
    /// <param name="held">What was put on hold.</param>
    /// <param name="cancellationToken">Cancelled when the process stops.</param>
    ValueTask HeldAsync(CertificateHeld held, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>A certificate was released from hold and is good again.</summary>
    /// <param name="released">What was released.</param>
    /// <param name="cancellationToken">Cancelled when the process stops.</param>
    ValueTask ReleasedAsync(CertificateReleased released, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>A device's certificate is about to end and has no successor. Told once for each threshold, by one of all hosts.</summary>
    /// <param name="expiring">Which, and what was crossed.</param>
    /// <param name="cancellationToken">Cancelled when the process stops.</param>
    ValueTask ExpiringAsync(CertificateExpiring expiring, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
