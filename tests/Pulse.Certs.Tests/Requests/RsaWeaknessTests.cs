using System.Numerics;

namespace Pulse.Certs.Tests;

public class RsaWeaknessTests
{
    private static readonly BigInteger SmallPrimes = Enumerable.Range(2, 750).Where(number => Enumerable.Range(2, number - 2).All(d => number % d != 0))
        .Aggregate(BigInteger.One, (product, prime) => product * prime);

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(98, true)]
    [InlineData(99, true)]
    [InlineData(100, false)]
    [InlineData(101, false)]
    public void Looks_for_close_factors_in_exactly_a_hundred_rounds(int round, bool weak)
    {
        var modulus = ModulusFoundInRound(round);

        Assert.Equal(2048, modulus.GetBitLength());
        Assert.Equal(weak, RsaWeakness.IsWeak(modulus));
    }

    /// <summary>
    /// The product of mean − half and mean + half, whose root lies about half² / 2·mean below the mean: so many steps Fermat's method
    /// takes from the root up to the mean.
    /// </summary>
    private static BigInteger ModulusFoundInRound(int round)
    {
        var mean = (BigInteger.One << 1023) + (BigInteger.One << 1022);
        var half = Root(mean * ((2 * round) + 1));
        if (half.IsEven)
        {
            half++;
        }

        while (!BigInteger.GreatestCommonDivisor((mean - half) * (mean + half), SmallPrimes).IsOne)
        {
            half += 2;
        }

        return (mean - half) * (mean + half);
    }

    private static BigInteger Root(BigInteger value)
    {
        var root = BigInteger.One << (int)((value.GetBitLength() + 1) / 2);
        for (var next = (root + (value / root)) >> 1; next < root; next = (root + (value / root)) >> 1)
        {
            root = next;
        }

        return root;
    }
}
