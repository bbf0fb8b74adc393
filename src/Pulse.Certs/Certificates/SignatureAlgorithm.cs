using System.Security.Cryptography;

namespace Pulse.Certs;

/// <summary>The signature algorithms we accept and make: a closed list, compared with its parameters as DER bytes.</summary>
internal sealed class SignatureAlgorithm
{
    /// <summary>ecdsa-with-SHA256; its parameters are absent (RFC 5758 §3.2).</summary>
    public static readonly SignatureAlgorithm EcdsaSha256 =
        new("300A06082A8648CE3D040302", HashAlgorithmName.SHA256, isEcdsa: true);

    /// <summary>ecdsa-with-SHA384.</summary>
    public static readonly SignatureAlgorithm EcdsaSha384 =
        new("300A06082A8648CE3D040303", HashAlgorithmName.SHA384, isEcdsa: true);

    /// <summary>sha256WithRSAEncryption; its parameters are NULL (RFC 4055 §5).</summary>
    public static readonly SignatureAlgorithm RsaSha256 =
        new("300D06092A864886F70D01010B0500", HashAlgorithmName.SHA256, isEcdsa: false);

    private static readonly SignatureAlgorithm[] Allowed = [EcdsaSha256, EcdsaSha384, RsaSha256];

    private SignatureAlgorithm(string identifier, HashAlgorithmName hash, bool isEcdsa)
    {
        Identifier = Convert.FromHexString(identifier);
        Hash = hash;
        IsEcdsa = isEcdsa;
    }

    /// <summary>The AlgorithmIdentifier, DER.</summary>
    public ReadOnlyMemory<byte> Identifier { get; }

    public HashAlgorithmName Hash { get; }

    public bool IsEcdsa { get; }

    public static SignatureAlgorithm? Find(ReadOnlySpan<byte> identifier)
    {
        foreach (var algorithm in Allowed)
        {
            if (identifier.SequenceEqual(algorithm.Identifier.Span))
            {
                return algorithm;
            }
        }

        return null;
    }
}
