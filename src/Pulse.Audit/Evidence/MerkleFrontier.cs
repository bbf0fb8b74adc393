using System.Numerics;
using System.Security.Cryptography;

namespace Pulse.Audit;

/// <summary>
/// A Merkle tree of RFC 6962, section 2.1, as far as it is needed to go on: the roots of its full subtrees, largest first. Adding
/// a leaf and asking for the root cost a logarithm of the size.
/// </summary>
internal sealed class MerkleFrontier
{
    public const int HashBytes = SHA256.HashSizeInBytes;

    private readonly List<byte[]> _roots = [];

    public long Size { get; private set; }

    /// <summary>The root of the tree; that of no leaves is the hash of nothing.</summary>
    public byte[] Root
    {
        get
        {
            if (_roots.Count == 0)
            {
                return SHA256.HashData([]);
            }

            var root = _roots[^1];
            for (var index = _roots.Count - 2; index >= 0; index--)
            {
                root = HashNode(_roots[index], root);
            }

            return root;
        }
    }

    /// <summary>The tree of this size that <see cref="ToBytes"/> wrote.</summary>
    /// <returns>Null when the bytes cannot be those of such a tree.</returns>
    public static MerkleFrontier? Read(long size, ReadOnlySpan<byte> bytes)
    {
        if (size < 0 || bytes.Length != BitOperations.PopCount((ulong)size) * HashBytes)
        {
            return null;
        }

        var tree = new MerkleFrontier { Size = size };
        for (; bytes.Length > 0; bytes = bytes[HashBytes..])
        {
            tree._roots.Add(bytes[..HashBytes].ToArray());
        }

        return tree;
    }

    public byte[] ToBytes() => [.. _roots.SelectMany(root => root)];

    /// <summary>Adds a leaf.</summary>
    /// <param name="data">What the leaf stands for, not hashed yet.</param>
    public void Add(ReadOnlySpan<byte> data)
    {
        var root = HashLeaf(data);

        // Each full subtree on the right that is as large as this one becomes one with it: as a carry in binary addition.
        for (var carry = Size; (carry & 1) == 1; carry >>= 1)
        {
            root = HashNode(_roots[^1], root);
            _roots.RemoveAt(_roots.Count - 1);
        }

        _roots.Add(root);
        Size++;
    }

    private static byte[] HashLeaf(ReadOnlySpan<byte> data)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData([0]);
        hash.AppendData(data);
        return hash.GetHashAndReset();
    }

    private static byte[] HashNode(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        Span<byte> node = stackalloc byte[1 + (2 * HashBytes)];
        node[0] = 1;
        left.CopyTo(node[1..]);
        right.CopyTo(node[(1 + HashBytes)..]);
        return SHA256.HashData(node);
    }
}
