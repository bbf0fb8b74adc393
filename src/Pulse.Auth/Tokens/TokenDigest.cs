using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Pulse.Auth;

/// <summary>SHA-256 of a signing input: the cache holds no token, and its keys cannot be made to collide.</summary>
internal readonly record struct TokenDigest(UInt128 First, UInt128 Second)
{
    public static TokenDigest Of(ReadOnlySpan<byte> signingInput)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(signingInput, hash);
        var halves = MemoryMarshal.Cast<byte, UInt128>(hash);
        return new TokenDigest(halves[0], halves[1]);
    }
}
