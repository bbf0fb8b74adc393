using System.Security.Cryptography;

namespace Pulse.Audit;

/// <summary>Signs with a private key in this process's memory.</summary>
public sealed class EcdsaAuditSigner : IAuditSigner, IDisposable
{
    private readonly ECDsa _key;

    private EcdsaAuditSigner(ECDsa key)
    {
        _key = key;
        PublicKey = key.ExportSubjectPublicKeyInfo();
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> PublicKey { get; }

    /// <summary>Reads a private key, unencrypted PKCS #8 or SEC 1, from PEM text.</summary>
    /// <param name="pem">The text, such as <c>openssl ecparam -name prime256v1 -genkey -noout</c> writes it.</param>
    /// <exception cref="ArgumentException">It is no private ECDSA key on P-256. The message repeats nothing of the text.</exception>
    public static EcdsaAuditSigner FromPem(string pem)
    {
        ArgumentNullException.ThrowIfNull(pem);
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            if (P256.IsOnCurve(key) && key.ExportParameters(includePrivateParameters: true).D is { Length: > 0 })
            {
                return new EcdsaAuditSigner(key);
            }
        }
        catch (Exception unreadable) when (unreadable is ArgumentException or CryptographicException)
        {
            // Told below, without the text: it may hold a secret.
        }

        key.Dispose();
        throw new ArgumentException("The PEM text holds no unencrypted private ECDSA key on P-256; make one with: openssl ecparam -name prime256v1 -genkey -noout", nameof(pem));
    }

    /// <inheritdoc/>
    public ValueTask<byte[]> SignAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_key.SignData(data.Span, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));

    /// <summary>Forgets the key.</summary>
    public void Dispose() => _key.Dispose();
}
