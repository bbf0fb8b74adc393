using System.Security.Cryptography;

namespace Pulse.Certs;

/// <summary>Signs with a key in memory.</summary>
internal sealed class EcdsaCaSigner : ICaSigner, IDisposable
{
    private static readonly byte[] Probe = [.. "Pulse.Certs: do this key and this certificate belong together?"u8];

    private readonly Lock _gate = new();
    private readonly ECDsa _key;
    private readonly HashAlgorithmName _hash;

    /// <exception cref="ArgumentException">The certificate cannot issue, or is not of this key.</exception>
    public EcdsaCaSigner(byte[] certificateDer, ECDsa key)
    {
        using var issuer = IssuerCertificate.Read(certificateDer);
        CertificateDer = certificateDer;
        _key = key;
        _hash = issuer.Algorithm.Hash;
        if (!issuer.Verify(Probe, Sign(Probe)))
        {
            throw new ArgumentException("The authority's key and certificate do not belong together.", nameof(key));
        }
    }

    public ReadOnlyMemory<byte> CertificateDer { get; }

    public ValueTask<byte[]> SignAsync(ReadOnlyMemory<byte> toBeSigned, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Sign(toBeSigned.Span));
    }

    public void Dispose() => _key.Dispose();

    private byte[] Sign(ReadOnlySpan<byte> data)
    {
        // Key objects promise nothing about use by several threads at once.
        lock (_gate)
        {
            return _key.SignData(data, _hash, DSASignatureFormat.Rfc3279DerSequence);
        }
    }
}
