using System.Numerics;

namespace Pulse.Certs;

/// <summary>Moduli whose factors are known or found at once: small factors, close primes, and the ROCA generator (CVE-2017-15361).</summary>
internal static class RsaWeakness
{
    /// <summary>Rounds of Fermat's method; CA/Browser Forum ballot SC-73 asks for at least 100.</summary>
    private const int FermatRounds = 100;

    private static readonly int[] SmallPrimes =
    [
        2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109,
        113, 127, 131, 137, 139, 149, 151, 157, 163, 167, 173, 179, 181, 191, 193, 197, 199, 211, 223, 227, 229, 233, 239,
        241, 251, 257, 263, 269, 271, 277, 281, 283, 293, 307, 311, 313, 317, 331, 337, 347, 349, 353, 359, 367, 373, 379,
        383, 389, 397, 401, 409, 419, 421, 431, 433, 439, 443, 449, 457, 461, 463, 467, 479, 487, 491, 499, 503, 509, 521,
        523, 541, 547, 557, 563, 569, 571, 577, 587, 593, 599, 601, 607, 613, 617, 619, 631, 641, 643, 647, 653, 659, 661,
        673, 677, 683, 691, 701, 709, 719, 727, 733, 739, 743, 751,
    ];

    private static readonly BigInteger SmallProduct = SmallPrimes.Aggregate(BigInteger.One, (product, prime) => product * prime);

    public static bool IsWeak(BigInteger modulus)
    {
        if (!BigInteger.GreatestCommonDivisor(modulus, SmallProduct).IsOne)
        {
            return true;
        }

        return IsRoca(modulus) || HasClosePrimes(modulus);
    }

    // The generator made primes of the form k*M + 65537^a mod M, M the product of the first primes; so a modulus of two such
    // primes is a power of 65537 modulo every one of them. A sound key passes as such with a chance below 2^-27.
    private static bool IsRoca(BigInteger modulus) => SmallPrimes.TakeWhile(prime => prime <= 167).All(prime => IsPowerOf65537((int)(modulus % prime), prime));

    private static bool IsPowerOf65537(int residue, int prime)
    {
        // The powers come back to 1 after fewer steps than the prime.
        var power = 1;
        do
        {
            if (power == residue)
            {
                return true;
            }

            power = (int)(power * 65537L % prime);
        }
        while (power != 1);

        return false;
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
}
