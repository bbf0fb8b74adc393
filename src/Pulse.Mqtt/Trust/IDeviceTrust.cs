using System.Security.Cryptography.X509Certificates;

namespace Pulse.Mqtt;

/// <summary>
/// Seam: decides which client certificates are devices. There is no default; the endpoint does not start without one.
/// </summary>
public interface IDeviceTrust
{
    /// <summary>Judges a certificate inside the TLS handshake. Called on a handshake's thread: it must be quick and must not block.</summary>
    /// <param name="leaf">The client's certificate; valid for this call only.</param>
    /// <param name="presented">The other certificates the client sent, in no order, not trusted; valid for this call only.</param>
    /// <returns>The verdict. An exception counts as a refusal.</returns>
    DeviceTrustVerdict Check(X509Certificate2 leaf, IReadOnlyList<X509Certificate2> presented);

    /// <summary>Asks again, for each message, whether a certificate accepted earlier may still speak.</summary>
    /// <param name="certificate">What <see cref="Check"/> returned for this connection.</param>
    /// <returns>Whether it is neither revoked nor expired now. Must not allocate or block; an exception counts as not live.</returns>
    bool IsLive(in TrustedCertificate certificate);
}
