using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Pulse.Auth;

/// <summary>One admitted public key, bound to the algorithms it may verify.</summary>
internal sealed class SigningKey
{
    // RSA and ECDsa promise no thread safety, and importing a key costs more than using it.
    private readonly ConcurrentBag<AsymmetricAlgorithm> _idle = [];
    private readonly Func<AsymmetricAlgorithm> _import;
    private readonly int _signatureLength;

    private SigningKey(string keyId, PulseJwtAlgorithms algorithms, int signatureLength, Func<AsymmetricAlgorithm> import)
    {
        using var key = import();
        Fingerprint = SHA256.HashData([(byte)algorithms, .. key.ExportSubjectPublicKeyInfo()]);
        KeyId = keyId;
        Algorithms = algorithms;
        _signatureLength = signatureLength;
        _import = import;
    }

    public string KeyId { get; }

    public PulseJwtAlgorithms Algorithms { get; }

    /// <summary>Digest of the key and of the algorithms it is bound to: equal only for what may replace it silently.</summary>
    public byte[] Fingerprint { get; }

    public static SigningKey FromRsa(string keyId, PulseJwtAlgorithms algorithms, RSAParameters key) =>
        new(keyId, algorithms, key.Modulus!.Length, () => RSA.Create(key));

    public static SigningKey FromEllipticCurve(string keyId, PulseJwtAlgorithms algorithm, ECParameters key) =>
        new(keyId, algorithm, key.Q.X!.Length * 2, () => ECDsa.Create(key));

    /// <summary>Whether the signature is one of this key over the input (RFC 7515 §5.2).</summary>
    [SuppressMessage("Reliability", "CA2000", Justification = "The key returns to the pool, which lives as long as this object.")]
    public bool Verify(PulseJwtAlgorithms algorithm, ReadOnlySpan<byte> input, ReadOnlySpan<byte> signature)
    {
        if ((Algorithms & algorithm) == 0 || signature.Length != _signatureLength)
        {
            return false;
        }

        var key = _idle.TryTake(out var idle) ? idle : _import();
        var valid = key is RSA rsa
            ? rsa.VerifyData(input, signature, HashAlgorithmName.SHA256, PaddingOf(algorithm))
            : ((ECDsa)key).VerifyData(input, signature, HashOf(algorithm), DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

        // Stryker disable once Statement : without it each signature imports the key again, and is judged the same
        _idle.Add(key);
        return valid;
    }

    private static RSASignaturePadding PaddingOf(PulseJwtAlgorithms algorithm) =>
        algorithm == PulseJwtAlgorithms.PS256 ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1;

    private static HashAlgorithmName HashOf(PulseJwtAlgorithms algorithm) => algorithm switch
    {
        PulseJwtAlgorithms.ES384 => HashAlgorithmName.SHA384,
        PulseJwtAlgorithms.ES512 => HashAlgorithmName.SHA512,
        _ => HashAlgorithmName.SHA256,
    };
}
