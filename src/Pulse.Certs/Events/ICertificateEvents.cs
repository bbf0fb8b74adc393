namespace Pulse.Certs;

/// <summary>
/// Told what the authority did, after it is committed. Register any number as singletons. A handler that throws or takes longer
/// than a second is logged and counted; it neither undoes nor delays what it is told of.
/// </summary>
public interface ICertificateEvents
{
    /// <summary>A certificate was issued.</summary>
    /// <param name="issued">What was issued.</param>
    /// <param name="cancellationToken">Cancelled when the process stops.</param>
    ValueTask IssuedAsync(CertificateIssued issued, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>A certificate was revoked: end the device's sessions. Told again when the revocation is asked for again.</summary>
    /// <param name="revoked">What was revoked.</param>
    /// <param name="cancellationToken">Cancelled when the process stops.</param>
    ValueTask RevokedAsync(CertificateRevoked revoked, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
