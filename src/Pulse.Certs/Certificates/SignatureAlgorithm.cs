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

    /// <summary>What other authorities sign with besides: ecdsa-with-SHA512, sha384WithRSAEncryption, sha512WithRSAEncryption.</summary>
    private static readonly SignatureAlgorithm[] AllowedOfOthers =
    [
        .. Allowed,
        new("300A06082A8648CE3D040304", HashAlgorithmName.SHA512, isEcdsa: true),
        new("300D06092A864886F70D01010C0500", HashAlgorithmName.SHA384, isEcdsa: false),
        new("300D06092A864886F70D01010D0500", HashAlgorithmName.SHA512, isEcdsa: false),
    ];

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

    /// <summary>The algorithm of a request, or null when it is none we take.</summary>
    public static SignatureAlgorithm? Find(ReadOnlySpan<byte> identifier) => Find(Allowed, identifier);

    /// <summary>The algorithm of a certificate or CRL somebody else signed, or null when it is none we take.</summary>
    public static SignatureAlgorithm? FindOfOthers(ReadOnlySpan<byte> identifier) => Find(AllowedOfOthers, identifier);

    private static SignatureAlgorithm? Find(SignatureAlgorithm[] algorithms, ReadOnlySpan<byte> identifier)
    {
        foreach (var algorithm in algorithms)
        {
            if (identifier.SequenceEqual(algorithm.Identifier.Span))
            {
                return algorithm;
            }
        }

        return null;
    }
}
