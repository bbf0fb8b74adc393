namespace Pulse.Certs;

/// <summary>
/// An issuer whose devices are trusted: the active one, and those that only verify until their last certificate has ended. A retired
/// issuer is left out.
/// </summary>
public sealed class DeviceIssuer
{
    /// <summary>Names an issuer.</summary>
    /// <param name="certificateDer">Its certificate, trusted as it is, whoever issued it.</param>
    /// <param name="revocations">The serial numbers revoked under this issuer; those of another issuer mean other certificates.</param>
    /// <exception cref="ArgumentException">The certificate cannot be an issuer's.</exception>
    public DeviceIssuer(ReadOnlyMemory<byte> certificateDer, IRevocationView revocations)
    {
        ArgumentNullException.ThrowIfNull(revocations);
        Certificate = IssuerCertificate.Read(certificateDer);
        Revocations = revocations;
    }

    internal IssuerCertificate Certificate { get; }

    internal IRevocationView Revocations { get; }
}
