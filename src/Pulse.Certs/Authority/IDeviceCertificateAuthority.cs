namespace Pulse.Certs;

/// <summary>Issues and revokes certificates. Refusals are values; an unreachable store or signer throws.</summary>
public interface IDeviceCertificateAuthority
{
    /// <summary>Issues a client certificate. The request gives its public key and the proof of possessing the private one; every name, extension and date is ours.</summary>
    /// <param name="device">Whom the certificate speaks for; authenticated by the caller.</param>
    /// <param name="csrDer">A PKCS #10 request (RFC 2986), DER.</param>
    /// <param name="cancellationToken">Abandons the request; a certificate already stored stays.</param>
    /// <returns>The certificate, stored and logged in one transaction, or the refusal.</returns>
    /// <exception cref="ArgumentException"><paramref name="device"/> is the default value.</exception>
    ValueTask<IssueResult> IssueAsync(DeviceSubject device, ReadOnlyMemory<byte> csrDer, CancellationToken cancellationToken = default);

    /// <summary>Issues a server certificate for endpoints that devices connect to.</summary>
    /// <param name="names">The names it is valid for.</param>
    /// <param name="csrDer">A PKCS #10 request, DER.</param>
    /// <param name="cancellationToken">Abandons the request; a certificate already stored stays.</param>
    /// <returns>The certificate, stored and logged in one transaction, or the refusal.</returns>
    ValueTask<IssueResult> IssueServerAsync(ServerNames names, ReadOnlyMemory<byte> csrDer, CancellationToken cancellationToken = default);

    /// <summary>Revokes a certificate of a device for good. When this returns the revocation is committed and <see cref="IRevocationView"/> shows it.</summary>
    /// <param name="device">The device it was issued to; another device's certificate is not found.</param>
    /// <param name="serialNumber">The serial number in hexadecimal digits, of either case.</param>
    /// <param name="reason">Recorded with the revocation (RFC 5280 §5.3.1).</param>
    /// <param name="cancellationToken">Abandons the request before it is committed; not afterwards.</param>
    /// <returns>The same time and reason however often it is asked.</returns>
    /// <exception cref="ArgumentException"><paramref name="device"/> is the default value.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="reason"/> is not a member of its enumeration.</exception>
    ValueTask<RevokeResult> RevokeAsync(DeviceSubject device, string serialNumber, RevocationReason reason, CancellationToken cancellationToken = default);

    /// <summary>Lists a device's certificates that are neither expired nor revoked, oldest first.</summary>
    /// <param name="device">The device.</param>
    /// <param name="cancellationToken">Abandons the request.</param>
    /// <returns>At most <see cref="PulseCertsOptions.MaxActivePerDevice"/> certificates, unless that was lowered since.</returns>
    /// <exception cref="ArgumentException"><paramref name="device"/> is the default value.</exception>
    ValueTask<IReadOnlyList<IssuedCertificate>> ListActiveAsync(DeviceSubject device, CancellationToken cancellationToken = default);
}
