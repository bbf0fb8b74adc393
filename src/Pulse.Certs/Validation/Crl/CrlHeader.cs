using System.Numerics;

namespace Pulse.Certs;

/// <summary>What a CRL says about itself.</summary>
internal sealed class CrlHeader
{
    public required ReadOnlyMemory<byte> ToBeSigned { get; init; }

    /// <summary>The AlgorithmIdentifier, DER, the same inside and outside of the signed part.</summary>
    public required ReadOnlyMemory<byte> Algorithm { get; init; }

    public required byte[] Signature { get; init; }

    public required ReadOnlyMemory<byte> Issuer { get; init; }

    public required DateTimeOffset ThisUpdate { get; init; }

    public required DateTimeOffset NextUpdate { get; init; }

    public required byte[] AuthorityKeyId { get; init; }

    public required BigInteger Number { get; init; }

    /// <summary>In a delta CRL, the number of the oldest complete one it goes with; else null.</summary>
    public BigInteger? BaseNumber { get; init; }

    public required IssuingDistributionPoint Scope { get; init; }

    /// <summary>Whether both are of one issuer, key and scope, so that one can stand for, or change, the other.</summary>
    public bool HasScopeOf(CrlHeader other) =>
        Issuer.Span.SequenceEqual(other.Issuer.Span)
        && AuthorityKeyId.AsSpan().SequenceEqual(other.AuthorityKeyId)
        && Scope.Encoded.Span.SequenceEqual(other.Scope.Encoded.Span);
}
