namespace Pulse.Certs;

/// <summary>
/// The operations of EST (RFC 7030) as values in and values out; the host maps them below <c>/.well-known/est/</c> on a server that
/// authenticates itself by TLS. Requests for whole-message confirmation and server-side keys by EST are not among them.
/// </summary>
public interface IEstOperations
{
    /// <summary>GET <c>cacerts</c> (§4.1): the active and verify-only issuers and the roots.</summary>
    /// <returns>A certs-only CMS message.</returns>
    EstResponse GetCaCertificates();

    /// <summary>GET <c>csrattrs</c> (§4.5): a P-256 key and a signature by ECDSA with SHA-256 are preferred.</summary>
    /// <returns>The attributes.</returns>
    EstResponse GetCsrAttributes();

    /// <summary>POST <c>simpleenroll</c> (§4.2.1) of a device without a certificate.</summary>
    /// <param name="device">The device, which the host authenticated, such as by an activation code.</param>
    /// <param name="contentType">The request's Content-Type.</param>
    /// <param name="body">The request's body; read no more than <see cref="MaxRequestBytes"/> of it.</param>
    /// <param name="cancellationToken">Abandons the request; a certificate already stored stays.</param>
    /// <returns>The certificate, or why there is none.</returns>
    /// <exception cref="ArgumentException"><paramref name="device"/> is the default value.</exception>
    ValueTask<EstResponse> EnrollAsync(
        DeviceSubject device, string? contentType, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default);

    /// <summary>
    /// POST <c>simplereenroll</c> (§4.2.2): a rotation with overlap, by the certificate presented in TLS. The request must name the
    /// same subject and alternative names as that certificate.
    /// </summary>
    /// <param name="clientCertificateDer">The certificate whose key the peer proved to hold in the TLS handshake; judged here.</param>
    /// <param name="contentType">The request's Content-Type.</param>
    /// <param name="body">The request's body; read no more than <see cref="MaxRequestBytes"/> of it.</param>
    /// <param name="cancellationToken">Abandons the request; a certificate already stored stays.</param>
    /// <returns>The certificate, or why there is none.</returns>
    ValueTask<EstResponse> ReenrollAsync(
        ReadOnlyMemory<byte> clientCertificateDer, string? contentType, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default);

    /// <summary>The largest body that can hold an acceptable request; a larger one is answered 413.</summary>
    int MaxRequestBytes { get; }
}
