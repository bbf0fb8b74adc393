using System.Security.Cryptography;

namespace Pulse.Certs;

/// <summary>Signers this package brings.</summary>
public static class CaSigners
{
    private const string EncryptedLabel = "ENCRYPTED PRIVATE KEY";

    /// <summary>A signer whose key is held in this process. Dispose of it (it implements <see cref="IDisposable"/>) to forget the key.</summary>
    /// <param name="certificatePem">The authority's certificate.</param>
    /// <param name="encryptedPrivateKeyPem">Its P-256 or P-384 key as encrypted PKCS #8, PEM label ENCRYPTED PRIVATE KEY.</param>
    /// <param name="password">Opens the key.</param>
    /// <returns>The signer, its key checked against the certificate.</returns>
    /// <exception cref="ArgumentException">The key is not encrypted, the password does not open it, the certificate is no authority's, or the two do not belong together.</exception>
    public static ICaSigner FromEncryptedPem(string certificatePem, string encryptedPrivateKeyPem, string password)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(certificatePem);
        ArgumentException.ThrowIfNullOrWhiteSpace(encryptedPrivateKeyPem);
        ArgumentException.ThrowIfNullOrEmpty(password);

        var certificateDer = ReadPem(certificatePem, "CERTIFICATE", nameof(certificatePem));
        var keyDer = ReadPem(encryptedPrivateKeyPem, EncryptedLabel, nameof(encryptedPrivateKeyPem));
        return Open(
            certificateDer,
            key => key.ImportEncryptedPkcs8PrivateKey(password, keyDer, out _),
            "The authority's key cannot be opened: the password is wrong, or it is not an elliptic curve key.",
            nameof(encryptedPrivateKeyPem));
    }

    /// <summary>
    /// The same for a key that is not encrypted, which is asked for by this name alone: whoever reads the file issues certificates.
    /// For keys that something else protects, such as a mounted secret that only this process reads.
    /// </summary>
    /// <param name="certificatePem">The authority's certificate.</param>
    /// <param name="privateKeyPem">Its P-256 or P-384 key as PKCS #8, PEM label PRIVATE KEY.</param>
    /// <returns>The signer, its key checked against the certificate.</returns>
    /// <exception cref="ArgumentException">It is no such key, the certificate is no authority's, or the two do not belong together.</exception>
    public static ICaSigner FromUnencryptedPem(string certificatePem, string privateKeyPem)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(certificatePem);
        ArgumentException.ThrowIfNullOrWhiteSpace(privateKeyPem);

        var certificateDer = ReadPem(certificatePem, "CERTIFICATE", nameof(certificatePem));
        var keyDer = ReadPem(privateKeyPem, "PRIVATE KEY", nameof(privateKeyPem));
        try
        {
            return Open(
                certificateDer,
                key => key.ImportPkcs8PrivateKey(keyDer, out _),
                "The authority's key cannot be read: it is not an elliptic curve key.",
                nameof(privateKeyPem));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(keyDer);
        }
    }

    private static EcdsaCaSigner Open(byte[] certificateDer, Action<ECDsa> import, string otherwise, string parameter)
    {
        var key = ECDsa.Create();
        try
        {
            import(key);
            return new EcdsaCaSigner(certificateDer, key);
        }
        catch (CryptographicException wrong)
        {
            key.Dispose();
            throw new ArgumentException(otherwise, parameter, wrong);
        }
        catch (ArgumentException)
        {
            key.Dispose();
            throw;
        }
    }

    private static byte[] ReadPem(string pem, string label, string parameter)
    {
        if (!PemEncoding.TryFind(pem, out var fields))
        {
            throw new ArgumentException($"No PEM block was found; expected one labelled {label}.", parameter);
        }

        var found = pem[fields.Label];
        if (label == EncryptedLabel && found.EndsWith("PRIVATE KEY", StringComparison.Ordinal) && found != label)
        {
            throw new ArgumentException(
                "The authority's key is not encrypted. Encrypt it (openssl pkcs8 -topk8 -v2 aes-256-cbc) and keep the password elsewhere.",
                parameter);
        }

        return found == label
            ? Convert.FromBase64String(pem[fields.Base64Data])
            : throw new ArgumentException($"The first PEM block is labelled {found}; expected {label}.", parameter);
    }
}
