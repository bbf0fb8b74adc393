using System.Numerics;

namespace Pulse.Auth;

/// <summary>
/// Recognises RSA keys of the broken generator in Infineon chips (CVE-2017-15361, "ROCA"): both primes are powers of
/// 65537 modulo a product of small primes, so the modulus is one too, and can be factored.
/// </summary>
internal static class RocaFingerprint
{
    private const int Generator = 65537;

    // The primes in the product of every key size. 65537 generates only part of the residues of most of them: a
    // modulus made any other way falls into all those parts by chance less than once in 2^40.
    private static readonly int[] Primes =
    [
        3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109,
        113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
    ];

    public static bool Matches(BigInteger modulus) => Array.TrueForAll(Primes, prime => IsPower((int)(modulus % prime), prime));

    private static bool IsPower(int residue, int prime)
    {
        // The powers come back to 1 after fewer steps than the prime.
        var power = 1;
        do
        {
            if (power == residue)
            {
                return true;
            }

            power = power * Generator % prime;
        }
        while (power != 1);

        return false;
    }
}
