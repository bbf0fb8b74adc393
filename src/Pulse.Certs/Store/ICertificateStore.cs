namespace Pulse.Certs;

/// <summary>
/// Where certificates and revocations live; <see cref="IPulseCertsBuilder.UseStore"/> gives the one over PostgreSQL. Every method is
/// one transaction that is committed when it returns; an unreachable store throws.
/// </summary>
public interface ICertificateStore
{
    /// <summary>
    /// Adds a certificate and its row of the issuance log in one transaction, or refuses; one writer at a time. A rotation also
    /// stores its overlap, revokes a successor that the current certificate already had, and revokes as superseded what the current
    /// certificate itself replaced: a device that rotates with a certificate holds it.
    /// </summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="conditions">What must hold.</param>
    /// <param name="cancellationToken">Abandons the request before it is committed.</param>
    /// <returns>Added, or the first reason against it in the order of <see cref="AddOutcome"/>.</returns>
    ValueTask<AddResult> AddAsync(CertificateRecord certificate, AddConditions conditions, CancellationToken cancellationToken);

    /// <summary>Finds a certificate by its serial number, under whichever issuer.</summary>
    /// <param name="serialNumber">Lower-case hexadecimal digits.</param>
    /// <param name="cancellationToken">Abandons the request.</param>
    /// <returns>The certificate with the state of its revocation, or null.</returns>
    ValueTask<CertificateRecord?> FindAsync(string serialNumber, CancellationToken cancellationToken);

    /// <summary>Lists a device's certificates that are neither expired nor revoked for good; those on hold are among them.</summary>
    /// <param name="device">The device.</param>
    /// <param name="at">Now.</param>
    /// <param name="cancellationToken">Abandons the request.</param>
    /// <returns>Oldest first.</returns>
    ValueTask<IReadOnlyList<CertificateRecord>> ListAsync(DeviceSubject device, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>
    /// Changes the revocation of a certificate by appending a row, never by altering one. What was once issued can be changed for
    /// ever, also when its device and its certificate row are deleted. Changes of one device happen one after the other, and none
    /// beside <see cref="AddAsync"/> for it.
    /// </summary>
    /// <param name="request">What is asked.</param>
    /// <param name="cancellationToken">Abandons the request before it is committed; not afterwards.</param>
    /// <returns>The state after it; null when the owner has no such certificate.</returns>
    ValueTask<RevocationAnswer?> ChangeRevocationAsync(RevocationRequest request, CancellationToken cancellationToken);

    /// <summary>Reads every serial number that is revoked or on hold, under whichever issuer.</summary>
    /// <param name="cancellationToken">Abandons the reading.</param>
    /// <returns>Lower-case hexadecimal digits; the caller keeps the set.</returns>
    ValueTask<HashSet<string>> ReadRevokedAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Lists overlaps that are to end: those whose time has come, and those whose successor is among the given. An overlap whose
    /// older certificate has expired ends here, without a revocation.
    /// </summary>
    /// <param name="at">Now.</param>
    /// <param name="successors">Serial numbers of certificates that were seen in use.</param>
    /// <param name="limit">How many to answer at most, the longest due first.</param>
    /// <param name="cancellationToken">Abandons the request.</param>
    /// <returns>The overlaps. Revoking the older certificate ends one.</returns>
    ValueTask<IReadOnlyList<CertificateOverlap>> ListEndingOverlapsAsync(
        DateTimeOffset at, IReadOnlyCollection<string> successors, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Lists devices' certificates that end within a time, are neither revoked nor on hold, and have no successor: no other good
    /// certificate of the device that ends later.
    /// </summary>
    /// <param name="at">Now.</param>
    /// <param name="until">The latest end to look for.</param>
    /// <param name="after">Go on after this one, the last of the page before; null begins.</param>
    /// <param name="limit">How many to answer at most.</param>
    /// <param name="cancellationToken">Abandons the request.</param>
    /// <returns>By their end, then by serial number.</returns>
    ValueTask<IReadOnlyList<ExpiringCertificate>> ListExpiringAsync(
        DateTimeOffset at, DateTimeOffset until, ExpiringCertificate? after, int limit, CancellationToken cancellationToken);

    /// <summary>Records that thresholds of a certificate are announced. Of all hosts that do so at once, one is answered each threshold.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="thresholds">The names of the thresholds.</param>
    /// <param name="at">Now.</param>
    /// <param name="cancellationToken">Abandons the request.</param>
    /// <returns>The thresholds that were not recorded before.</returns>
    ValueTask<IReadOnlyList<string>> AddExpiryNoticesAsync(
        ExpiringCertificate certificate, IReadOnlyCollection<string> thresholds, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>Marks as resolved the open notices of certificates that are replaced, revoked, on hold, ended or gone.</summary>
    /// <param name="at">Now.</param>
    /// <param name="cancellationToken">Abandons the request.</param>
    /// <returns>How many.</returns>
    ValueTask<int> ResolveExpiryNoticesAsync(DateTimeOffset at, CancellationToken cancellationToken);
}
