using System.Numerics;
using Microsoft.IdentityModel.Tokens;

namespace Pulse.Auth.Tests;

public sealed class RocaTests
{
    // The broken generator multiplies the first 126 primes for keys of 2,048 bits; the smallest keys use 39 of them.
    private static readonly int[] Primes = [.. Enumerable.Range(2, 700).Where(IsPrime).Take(126)];
    private static readonly BigInteger Product = Primes.Aggregate(BigInteger.One, (product, prime) => product * prime);
    private static readonly BigInteger Modulus = PrimeOfTheGenerator(4711) * PrimeOfTheGenerator(1234567);

    [Fact]
    public void A9_A_key_of_the_broken_generator_is_refused()
    {
        Assert.Equal(2048, Modulus.GetBitLength());
        Assert.True(RocaFingerprint.Matches(Modulus));
        var jwk = new JsonWebKey
        {
            Kty = "RSA",
            Kid = "rsa",
            N = TestKeys.Url(Modulus.ToByteArray(isUnsigned: true, isBigEndian: true)),
            E = "AQAB",
        };

        Assert.Equal(KeyVerdict.Factorable, KeyAdmission.Judge(jwk, PulseJwtAlgorithms.RS256, out var key));
        Assert.Null(key);
    }

    [Fact]
    public void A9_A_key_of_another_generator_is_not_taken_for_one()
    {
        foreach (var rsa in new[] { TestKeys.Rsa, TestKeys.OtherRsa })
        {
            Assert.False(RocaFingerprint.Matches(new BigInteger(rsa.ExportParameters(false).Modulus, isUnsigned: true, isBigEndian: true)));
        }
    }

    [Fact]
    public void A9_Each_small_prime_is_looked_at()
    {
        foreach (var prime in Primes.Where(prime => prime is > 2 and <= 167))
        {
            // These have every residue modulo this prime and the same residue modulo all others.
            var matches = Enumerable.Range(0, prime).Count(j => RocaFingerprint.Matches(Modulus + (j * (Product / prime))));

            Assert.Equal(OrderOfGenerator(prime), matches);
            Assert.True(matches < prime);
        }
    }

    private static int OrderOfGenerator(int prime) =>
        Enumerable.Range(1, prime).First(exponent => BigInteger.ModPow(65537, exponent, prime).IsOne);

    // k is 53 bits or so beside the 971 bits of the product; both top bits set, so that two primes give 2,048 bits.
    private static BigInteger PrimeOfTheGenerator(int exponent)
    {
        var k = (((BigInteger)1 << 1023) + ((BigInteger)1 << 1022)) / Product;
        var residue = BigInteger.ModPow(65537, exponent, Product);
        while (true)
        {
            k++;
            var candidate = (k * Product) + residue;
            if (BigInteger.ModPow(2, candidate - 1, candidate).IsOne)
            {
                return candidate;
            }
        }
    }

    private static bool IsPrime(int number) => Enumerable.Range(2, number - 2).All(divisor => number % divisor != 0);
}
