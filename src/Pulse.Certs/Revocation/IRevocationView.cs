namespace Pulse.Certs;

/// <summary>The serial numbers revoked under the issuer, in memory. Reading takes no lock and no allocation.</summary>
public interface IRevocationView
{
    /// <summary>
    /// Whether the list was read from the store within <see cref="PulseCertsOptions.RevocationMaxStaleness"/>. While it is false
    /// no certificate can be called good: <see cref="DeviceCertificateValidator"/> refuses all.
    /// </summary>
    bool IsFresh { get; }

    /// <summary>Whether a serial number is revoked. Meaningful as a "no" only while <see cref="IsFresh"/>.</summary>
    /// <param name="serialNumber">Lower-case hexadecimal digits.</param>
    /// <returns>True when revoked, also when the list is stale.</returns>
    bool IsRevoked(string serialNumber);
}
