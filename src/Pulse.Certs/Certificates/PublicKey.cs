using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;

namespace Pulse.Certs;

/// <summary>A public key that passed the key policy. Not for use by two threads at once.</summary>
internal sealed class PublicKey : IDisposable
{
    private static readonly byte[] P256 = Convert.FromHexString("301306072A8648CE3D020106082A8648CE3D030107");
    private static readonly byte[] P384 = Convert.FromHexString("301006072A8648CE3D020106052B81040022");
    private static readonly byte[] Rsa = Convert.FromHexString("300D06092A864886F70D0101010500");

    private readonly ECDsa? _ec;
    private readonly RSA? _rsa;

    private PublicKey(SignatureAlgorithm preferred, ECDsa? ec, RSA? rsa)
    {
        Preferred = preferred;
        _ec = ec;
        _rsa = rsa;
    }

    /// <summary>The algorithm a holder of the private key signs certificates with.</summary>
    public SignatureAlgorithm Preferred { get; }

    /// <summary>Reads a SubjectPublicKeyInfo under the key policy. The bytes are DER already checked for their outer length.</summary>
    /// <exception cref="AsnContentException">The structure is not DER.</exception>
    public static PublicKeyFault TryRead(ReadOnlyMemory<byte> subjectPublicKeyInfo, out PublicKey? key)
    {
        key = null;
        var outer = new AsnReader(subjectPublicKeyInfo, AsnEncodingRules.DER);
        var sequence = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        var algorithm = sequence.ReadEncodedValue().Span;
        var bits = sequence.ReadBitString(out var unusedBits);
        sequence.ThrowIfNotEmpty();
        if (unusedBits != 0)
        {
            return PublicKeyFault.NotAllowed;
        }

        if (algorithm.SequenceEqual(P256))
        {
            return TryReadEc(subjectPublicKeyInfo.Span, bits, 32, SignatureAlgorithm.EcdsaSha256, out key);
        }

        if (algorithm.SequenceEqual(P384))
        {
            return TryReadEc(subjectPublicKeyInfo.Span, bits, 48, SignatureAlgorithm.EcdsaSha384, out key);
        }

        return algorithm.SequenceEqual(Rsa) ? TryReadRsa(bits, out key) : PublicKeyFault.NotAllowed;
    }

    /// <summary>Whether the algorithm can be used with this key at all.</summary>
    public bool Fits(SignatureAlgorithm algorithm) => algorithm.IsEcdsa == (_ec is not null);

    /// <summary>Whether the signature is this key's over the data. False, never an exception, for any signature bytes.</summary>
    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature, SignatureAlgorithm algorithm)
    {
        if (!Fits(algorithm))
        {
            return false;
        }

        if (_rsa is not null)
        {
            return _rsa.VerifyData(data, signature, algorithm.Hash, RSASignaturePadding.Pkcs1);
        }

        return EcdsaSignature.IsStrict(signature)
            && _ec!.VerifyData(data, signature, algorithm.Hash, DSASignatureFormat.Rfc3279DerSequence);
    }

    public void Dispose()
    {
        _ec?.Dispose();
        _rsa?.Dispose();
    }

    private static PublicKeyFault TryReadEc(
        ReadOnlySpan<byte> subjectPublicKeyInfo, byte[] point, int coordinate, SignatureAlgorithm preferred, out PublicKey? key)
    {
        key = null;

        // Uncompressed points only: the compressed and the infinite form are one more decoder to be wrong about.
        if (point.Length != 1 + (2 * coordinate) || point[0] != 4)
        {
            return PublicKeyFault.NotAllowed;
        }

        var ec = ECDsa.Create();
        try
        {
            ec.ImportSubjectPublicKeyInfo(subjectPublicKeyInfo, out _);
        }
        catch (CryptographicException)
        {
            // The platform refuses a point that is not on the curve.
            ec.Dispose();
            return PublicKeyFault.Invalid;
        }

        key = new PublicKey(preferred, ec, rsa: null);
        return PublicKeyFault.None;
    }

    private static PublicKeyFault TryReadRsa(byte[] bits, out PublicKey? key)
    {
        key = null;
        var outer = new AsnReader(bits, AsnEncodingRules.DER);
        var sequence = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        var modulus = sequence.ReadIntegerBytes();
        var exponent = sequence.ReadIntegerBytes();
        sequence.ThrowIfNotEmpty();

        // Size and exponent come before any mathematics: 16,384-bit numbers are somebody's idea of our CPU time.
        if (!exponent.Span.SequenceEqual<byte>([1, 0, 1]))
        {
            return PublicKeyFault.NotAllowed;
        }

        var number = new BigInteger(modulus.Span, isUnsigned: false, isBigEndian: true);
        if (number.Sign <= 0 || number.GetBitLength() is not (2048 or 3072 or 4096))
        {
            return PublicKeyFault.NotAllowed;
        }

        if (RsaWeakness.IsWeak(number))
        {
            return PublicKeyFault.Weak;
        }

        var rsa = RSA.Create(new RSAParameters
        {
            Modulus = number.ToByteArray(isUnsigned: true, isBigEndian: true),
            Exponent = exponent.ToArray(),
        });
        key = new PublicKey(SignatureAlgorithm.RsaSha256, ec: null, rsa);
        return PublicKeyFault.None;
    }
}
