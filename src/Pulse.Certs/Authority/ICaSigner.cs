namespace Pulse.Certs;

/// <summary>The key of a certificate authority, wherever it is kept.</summary>
public interface ICaSigner
{
    /// <summary>The authority's certificate, DER.</summary>
    ReadOnlyMemory<byte> CertificateDer { get; }

    /// <summary>
    /// Signs with the algorithm the authority's key fixes: P-256 with ECDSA and SHA-256, P-384 with ECDSA and SHA-384 (both as
    /// the DER sequence of RFC 3279 §2.2.3, not as two plain numbers), RSA with PKCS #1 v1.5 and SHA-256.
    /// </summary>
    /// <param name="toBeSigned">The whole message; the signer hashes it.</param>
    /// <param name="cancellationToken">Abandons the request.</param>
    /// <returns>The signature. The authority verifies it before it stores anything.</returns>
    ValueTask<byte[]> SignAsync(ReadOnlyMemory<byte> toBeSigned, CancellationToken cancellationToken);
}
