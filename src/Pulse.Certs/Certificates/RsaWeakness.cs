using System.Numerics;

namespace Pulse.Certs;

/// <summary>Moduli whose factors are known or found at once: small factors, close primes, and the ROCA generator (CVE-2017-15361).</summary>
internal static class RsaWeakness
{
    /// <summary>Rounds of Fermat's method; CA/Browser Forum ballot SC-73 asks for at least 100.</summary>
    private const int FermatRounds = 100;

    private static readonly int[] SmallPrimes = FindPrimes(751);
    private static readonly BigInteger SmallProduct = SmallPrimes.Aggregate(BigInteger.One, (product, prime) => product * prime);

    // The generator made primes of the form k*M + 65537^a mod M, M the product of the first primes; so a modulus of two such
    // primes is a power of 65537 modulo every one of them. A sound key passes as such with a chance below 2^-27.
    private static readonly (int Prime, bool[] Powers)[] Roca =
        [.. SmallPrimes.Where(prime => prime is > 2 and <= 167).Select(prime => (prime, PowersOf65537(prime)))];

    public static bool IsWeak(BigInteger modulus)
    {
        if (!BigInteger.GreatestCommonDivisor(modulus, SmallProduct).IsOne)
        {
            return true;
        }

        return IsRoca(modulus) || HasClosePrimes(modulus);
    }

    private static bool IsRoca(BigInteger modulus)
    {
        foreach (var (prime, powers) in Roca)
        {
            if (!powers[(int)(modulus % prime)])
            {
                return false;
            }
        }

        return true;
    }

    private static bool HasClosePrimes(BigInteger modulus)
    {
        var a = SquareRoot(modulus);
        if (a * a < modulus)
        {
            a++;
        }

        for (var round = 0; round < FermatRounds; round++, a++)
        {
            if (IsSquare((a * a) - modulus))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsSquare(BigInteger value)
    {
        // Squares end in 0, 1, 4 or 9 in base 16: most candidates need no root.
        if ((int)(value & 15) is not (0 or 1 or 4 or 9))
        {
            return false;
        }

        var root = SquareRoot(value);
        return root * root == value;
    }

    /// <summary>The integer square root, by Newton's method from above.</summary>
    private static BigInteger SquareRoot(BigInteger value)
    {
        if (value.IsZero)
        {
            return value;
        }

        var root = BigInteger.One << ((int)((value.GetBitLength() + 1) / 2));
        while (true)
        {
            var next = (root + (value / root)) >> 1;
            if (next >= root)
            {
                return root;
            }

            root = next;
        }
    }

    private static bool[] PowersOf65537(int prime)
    {
        var powers = new bool[prime];
        var power = 1;
        do
        {
            powers[power] = true;
            power = (int)(power * 65537L % prime);
        }
        while (power != 1);

        return powers;
    }

    private static int[] FindPrimes(int limit) =>
        [.. Enumerable.Range(2, limit - 1).Where(number => Enumerable.Range(2, number - 2).TakeWhile(d => d * d <= number).All(d => number % d != 0))];
}
