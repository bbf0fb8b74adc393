using System.Security.Cryptography;

namespace Pulse.Audit.Tests.Evidence;

public sealed class MerkleFrontierTests
{
    // The test vectors of Certificate Transparency's reference implementation.
    private static readonly string[] Leaves =
        ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];

    private static readonly string[] Roots =
    [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    [Fact]
    public void Roots_are_those_of_rfc_6962()
    {
        var tree = new MerkleFrontier();
        Assert.Equal(Roots[0], Convert.ToHexStringLower(tree.Root));
        for (var size = 1; size <= Leaves.Length; size++)
        {
            tree.Add(Convert.FromHexString(Leaves[size - 1]));

            Assert.Equal(size, tree.Size);
            Assert.Equal(Roots[size], Convert.ToHexStringLower(tree.Root));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(100)]
    public void A_tree_goes_on_from_what_was_kept_of_it(int size)
    {
        var whole = Tree(size);

        var read = MerkleFrontier.Read(size, whole.ToBytes())!;
        read.Add([1, 2, 3]);
        whole.Add([1, 2, 3]);

        Assert.Equal(size + 1, read.Size);
        Assert.Equal(whole.Root, read.Root);
        Assert.Equal(Recursive([.. Enumerable.Range(0, size).Select(Leaf), [1, 2, 3]]), whole.Root);
    }

    [Fact]
    public void What_was_kept_of_another_size_is_refused()
    {
        var bytes = Tree(7).ToBytes();

        Assert.Equal(3 * 32, bytes.Length);
        Assert.Null(MerkleFrontier.Read(8, bytes));
        Assert.Null(MerkleFrontier.Read(7, bytes.AsSpan(1)));
        Assert.Null(MerkleFrontier.Read(7, [.. bytes, 0]));
        Assert.Null(MerkleFrontier.Read(-1, new byte[64 * 32]));
        Assert.NotNull(MerkleFrontier.Read(7, bytes));
    }

    private static MerkleFrontier Tree(int size)
    {
        var tree = new MerkleFrontier();
        for (var index = 0; index < size; index++)
        {
            tree.Add(Leaf(index));
        }

        return tree;
    }

    private static byte[] Leaf(int index) => SHA256.HashData(BitConverter.GetBytes(index));

    // The definition of RFC 6962, section 2.1, word by word.
    private static byte[] Recursive(byte[][] leaves)
    {
        if (leaves.Length == 1)
        {
            return SHA256.HashData([0, .. leaves[0]]);
        }

        var split = 1;
        while (split * 2 < leaves.Length)
        {
            split *= 2;
        }

        return SHA256.HashData([1, .. Recursive(leaves[..split]), .. Recursive(leaves[split..])]);
    }
}
