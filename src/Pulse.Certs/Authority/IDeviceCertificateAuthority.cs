namespace Pulse.Certs;

/// <summary>Issues, rotates and revokes certificates. Refusals are values; an unreachable store or signer throws.</summary>
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

    /// <summary>
    /// Replaces a device's certificate. Both are good until the new one is first seen in use
    /// (<see cref="ICertificateSightings"/>) or <see cref="PulseCertsOptions.RotationOverlap"/> has passed; then the older one is
    /// revoked as superseded. The new one follows today's settings, not the older certificate.
    /// </summary>
    /// <remarks>
    /// A device that did not get the answer asks again with the same certificate: for the same key it gets the same successor, for
    /// another key a new one, and the earlier successor is revoked.
    /// </remarks>
    /// <param name="device">The device, authenticated by the caller, best by the current certificate.</param>
    /// <param name="currentSerialNumber">The certificate to replace, in hexadecimal digits: live, not on hold, of this device.</param>
    /// <param name="csrDer">A PKCS #10 request, DER; the key may be a new one or the device's own.</param>
    /// <param name="cancellationToken">Abandons the request; a certificate already stored stays.</param>
    /// <returns>The certificate, stored with its overlap and logged in one transaction, or the refusal.</returns>
    /// <exception cref="ArgumentException"><paramref name="device"/> is the default value.</exception>
    ValueTask<IssueResult> RotateAsync(
        DeviceSubject device, string currentSerialNumber, ReadOnlyMemory<byte> csrDer, CancellationToken cancellationToken = default);

    /// <summary>
    /// Makes a P-256 key for a device that cannot make its own, and issues for it. The key is returned once and kept nowhere; prefer
    /// <see cref="IssueAsync"/>, where it never leaves the device.
    /// </summary>
    /// <param name="device">Whom the certificate speaks for; authenticated by the caller.</param>
    /// <param name="cancellationToken">Abandons the request; a certificate already stored stays, and nobody has its key.</param>
    /// <returns>Certificate and key, or the refusal. Dispose of it to zero the key.</returns>
    /// <exception cref="ArgumentException"><paramref name="device"/> is the default value.</exception>
    ValueTask<KeyedIssueResult> IssueWithNewKeyAsync(DeviceSubject device, CancellationToken cancellationToken = default);

    /// <summary>Replaces a device's certificate as <see cref="RotateAsync"/> does, with a key made here as <see cref="IssueWithNewKeyAsync"/> does.</summary>
    /// <param name="device">The device, authenticated by the caller.</param>
    /// <param name="currentSerialNumber">The certificate to replace, in hexadecimal digits.</param>
    /// <param name="cancellationToken">Abandons the request; a certificate already stored stays, and nobody has its key.</param>
    /// <returns>Certificate and key, or the refusal. Dispose of it to zero the key.</returns>
    /// <exception cref="ArgumentException"><paramref name="device"/> is the default value.</exception>
    ValueTask<KeyedIssueResult> RotateWithNewKeyAsync(
        DeviceSubject device, string currentSerialNumber, CancellationToken cancellationToken = default);

    /// <summary>
    /// Revokes a certificate of a device for good. When this returns the revocation is committed and <see cref="IRevocationView"/>
    /// shows it. The same result however often it is asked, but a later keyCompromise replaces another reason.
    /// </summary>
    /// <param name="device">The device it was issued to; another device's certificate is not found.</param>
    /// <param name="serialNumber">The serial number in hexadecimal digits, of either case.</param>
    /// <param name="reason">Recorded with the revocation (RFC 5280 §5.3.1).</param>
    /// <param name="invalidSince">Since when the certificate is known or feared to have been invalid (RFC 5280 §5.3.2), not in the future.</param>
    /// <param name="cancellationToken">Abandons the request before it is committed; not afterwards.</param>
    /// <returns>The state after it.</returns>
    /// <exception cref="ArgumentException"><paramref name="device"/> is the default value.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="reason"/> is none to revoke a device's certificate for (2, 6, 8 and 10 are not), or <paramref name="invalidSince"/> is in the future.
    /// </exception>
    ValueTask<RevokeResult> RevokeAsync(
        DeviceSubject device,
        string serialNumber,
        RevocationReason reason,
        DateTimeOffset? invalidSince = null,
        CancellationToken cancellationToken = default);

    /// <summary>Revokes a server's certificate, as <see cref="RevokeAsync"/> does a device's.</summary>
    /// <param name="serialNumber">The serial number in hexadecimal digits; a device's certificate is not found.</param>
    /// <param name="reason">Recorded with the revocation.</param>
    /// <param name="invalidSince">Since when the certificate is known or feared to have been invalid, not in the future.</param>
    /// <param name="cancellationToken">Abandons the request before it is committed; not afterwards.</param>
    /// <returns>The state after it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">As with <see cref="RevokeAsync"/>.</exception>
    ValueTask<RevokeResult> RevokeServerAsync(
        string serialNumber, RevocationReason reason, DateTimeOffset? invalidSince = null, CancellationToken cancellationToken = default);

    /// <summary>Puts a device's certificate on hold: refused at once, until it is released or revoked.</summary>
    /// <param name="device">The device it was issued to; another device's certificate is not found.</param>
    /// <param name="serialNumber">The serial number in hexadecimal digits.</param>
    /// <param name="cancellationToken">Abandons the request before it is committed; not afterwards.</param>
    /// <returns>The state after it; a revoked certificate stays revoked.</returns>
    /// <exception cref="ArgumentException"><paramref name="device"/> is the default value.</exception>
    ValueTask<RevokeResult> HoldAsync(DeviceSubject device, string serialNumber, CancellationToken cancellationToken = default);

    /// <summary>Ends a hold. A revoked certificate is never released.</summary>
    /// <param name="device">The device it was issued to; another device's certificate is not found.</param>
    /// <param name="serialNumber">The serial number in hexadecimal digits.</param>
    /// <param name="cancellationToken">Abandons the request before it is committed; not afterwards.</param>
    /// <returns>The state after it.</returns>
    /// <exception cref="ArgumentException"><paramref name="device"/> is the default value.</exception>
    ValueTask<RevokeResult> ReleaseAsync(DeviceSubject device, string serialNumber, CancellationToken cancellationToken = default);

    /// <summary>Lists a device's certificates that are neither expired nor revoked for good, oldest first; those on hold are among them.</summary>
    /// <param name="device">The device.</param>
    /// <param name="cancellationToken">Abandons the request.</param>
    /// <returns>At most <see cref="PulseCertsOptions.MaxActivePerDevice"/> certificates, unless that was lowered since.</returns>
    /// <exception cref="ArgumentException"><paramref name="device"/> is the default value.</exception>
    ValueTask<IReadOnlyList<IssuedCertificate>> ListActiveAsync(DeviceSubject device, CancellationToken cancellationToken = default);
}
