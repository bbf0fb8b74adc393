using System.Security.Cryptography;

namespace Pulse.Certs;

/// <summary>
/// A certificate and the private key that was made for it, or the reason there is none. This object holds the only copy of the key:
/// hand it over and dispose of this at once.
/// </summary>
public sealed class KeyedIssueResult : IDisposable
{
    private readonly IssueResult _result;
    private byte[]? _privateKeyPem;

    /// <param name="result">The issue.</param>
    /// <param name="privateKeyPem">Taken over and zeroed here; null when refused.</param>
    internal KeyedIssueResult(IssueResult result, byte[]? privateKeyPem)
    {
        _result = result;
        _privateKeyPem = privateKeyPem;
    }

    /// <summary>Whether a certificate was issued and is stored.</summary>
    public bool Succeeded => _result.Succeeded;

    /// <summary>Why not; <see cref="IssueRefusal.None"/> on success.</summary>
    public IssueRefusal Refusal => _result.Refusal;

    /// <summary>The certificate; null when refused.</summary>
    public IssuedCertificate? Certificate => _result.Certificate;

    /// <summary>The key as unencrypted PKCS #8, PEM label PRIVATE KEY, ASCII; the memory is zeroed by <see cref="Dispose"/>.</summary>
    /// <exception cref="InvalidOperationException">The request was refused, or this was disposed of.</exception>
    public ReadOnlyMemory<byte> PrivateKeyPem => _privateKeyPem
        ?? throw new InvalidOperationException("There is no key: the request was refused, or the result was disposed of and the key is gone.");

    /// <summary>Zeroes the key.</summary>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_privateKeyPem);
        _privateKeyPem = null;
    }
}
