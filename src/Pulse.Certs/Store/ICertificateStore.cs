namespace Pulse.Certs;

/// <summary>Where certificates and revocations live. Every method is one transaction; an unreachable store throws.</summary>
internal interface ICertificateStore
{
    /// <summary>Adds a certificate and its row of the issuance log, or refuses; one writer at a time.</summary>
    ValueTask<AddOutcome> AddAsync(NewCertificate certificate, int maxActive, CancellationToken cancellationToken);

    /// <summary>Records a revocation; null when the device has no such certificate.</summary>
    ValueTask<RevocationRecord?> RevokeAsync(
        byte[] issuer, byte[] serialNumber, DeviceSubject device, RevocationReason reason, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>The device's certificates that are valid at that time and not revoked, oldest first, DER.</summary>
    ValueTask<IReadOnlyList<byte[]>> ListActiveAsync(
        byte[] issuer, DeviceSubject device, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>Every revoked serial number of the issuer, in lower-case hexadecimal digits.</summary>
    ValueTask<HashSet<string>> ReadRevokedAsync(byte[] issuer, CancellationToken cancellationToken);
}
