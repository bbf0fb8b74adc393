using System.Numerics;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace Pulse.Certs.Tests;

public class RequestKeyTests
{
    private static readonly RSA Rsa2048 = RSA.Create(2048);

    private readonly Harness _harness = new();

    public static TheoryData<string, string> Curves => new()
    {
        { "nistP256", CsrBuilder.EcdsaSha256 }, { "nistP256", CsrBuilder.EcdsaSha384 },
        { "nistP384", CsrBuilder.EcdsaSha256 }, { "nistP384", CsrBuilder.EcdsaSha384 },
    };

    [Theory]
    [MemberData(nameof(Curves))]
    public async Task Issues_for_P256_and_P384_with_either_hash(string curve, string algorithm)
    {
        var key = ECDsa.Create(ECCurve.CreateFromFriendlyName(curve));
        var hash = algorithm == CsrBuilder.EcdsaSha384 ? HashAlgorithmName.SHA384 : HashAlgorithmName.SHA256;

        await ExpectAsync(new CsrBuilder(key, hash), IssueRefusal.None);
    }

    [Theory]
    [InlineData(2048)]
    [InlineData(3072)]
    public async Task Issues_for_RSA(int bits) =>
        await ExpectAsync(new CsrBuilder(bits == 2048 ? Rsa2048 : RSA.Create(bits)), IssueRefusal.None);

    [Theory]
    [InlineData(512)]
    [InlineData(1024)]
    [InlineData(2040)]
    [InlineData(2047)]
    [InlineData(2049)]
    [InlineData(2056)]
    [InlineData(4097)]
    [InlineData(16_384)]
    public async Task Refuses_RSA_of_another_size(int bits) =>
        await ExpectKeyAsync(RsaKey((BigInteger.One << (bits - 1)) + 1), IssueRefusal.KeyNotAllowed);

    [Fact]
    public async Task Reads_on_to_the_proof_for_RSA_of_4096_bits()
    {
        // A product of two Mersenne-sized odd numbers would be weak; this modulus has no factor below 751 and is nobody's key.
        var modulus = (BigInteger.One << 4095) + 1;
        while (RsaWeakness.IsWeak(modulus))
        {
            modulus += 2;
        }

        await ExpectKeyAsync(RsaKey(modulus), IssueRefusal.ProofOfPossessionFailed);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(17)]
    [InlineData(65_536)]
    [InlineData(65_539)]
    public async Task Refuses_another_RSA_exponent(int exponent) =>
        await ExpectKeyAsync(RsaKey(Modulus(Rsa2048), exponent), IssueRefusal.KeyNotAllowed);

    [Fact]
    public async Task Refuses_a_huge_RSA_exponent() =>
        await ExpectKeyAsync(RsaKey(Modulus(Rsa2048), (BigInteger.One << 2000) + 1), IssueRefusal.KeyNotAllowed);

    [Fact]
    public async Task Refuses_a_negative_RSA_modulus() =>
        await ExpectKeyAsync(RsaKey(-Modulus(Rsa2048)), IssueRefusal.KeyNotAllowed);

    [Fact]
    public async Task Refuses_an_even_RSA_modulus() =>
        await ExpectKeyAsync(RsaKey(Modulus(Rsa2048) - 1), IssueRefusal.KeyWeak);

    [Fact]
    public async Task Refuses_an_RSA_modulus_with_a_small_factor()
    {
        var modulus = Modulus(Rsa2048);
        while (modulus % 751 != 0)
        {
            modulus--;
        }

        await ExpectKeyAsync(RsaKey(modulus), IssueRefusal.KeyWeak);
    }

    [Fact]
    public async Task Refuses_the_square_of_a_prime()
    {
        var prime = new BigInteger(RSA.Create(2048).ExportParameters(true).P, isUnsigned: true, isBigEndian: true);

        await ExpectKeyAsync(RsaKey(prime * prime), IssueRefusal.KeyWeak);
    }

    [Fact]
    public async Task Refuses_close_RSA_primes()
    {
        // Two numbers without small factors, a little apart: Fermat's method finds them whether they are prime or not.
        var first = (BigInteger.One << 1023) + (BigInteger.One << 1022) + 1;
        while (RsaWeakness.IsWeak(first))
        {
            first += 2;
        }

        var second = first + 2;
        while (RsaWeakness.IsWeak(second))
        {
            second += 2;
        }

        await ExpectKeyAsync(RsaKey(first * second), IssueRefusal.KeyWeak);
    }

    [Fact]
    public async Task Refuses_the_fingerprint_of_the_ROCA_generator()
    {
        int[] primes = [.. Enumerable.Range(2, 166).Where(n => Enumerable.Range(2, n - 2).All(d => n % d != 0))];
        var product = primes.Where(prime => prime > 2).Aggregate(BigInteger.One, (all, prime) => all * prime);
        var modulus = ((BigInteger.One << 2047) / product * product) + product + BigInteger.ModPow(65537, 123_456, product);
        while (modulus.IsEven || !BigInteger.GreatestCommonDivisor(modulus, Primorial(173, 751)).IsOne)
        {
            modulus += product;
        }

        Assert.Equal(2048, modulus.GetBitLength());
        await ExpectKeyAsync(RsaKey(modulus), IssueRefusal.KeyWeak);
    }

    [Fact]
    public async Task Refuses_an_RSA_key_whose_parameters_are_absent()
    {
        var key = CsrBuilder.Element(
            0x30, CsrBuilder.Element(0x30, CsrBuilder.Oid("1.2.840.113549.1.1.1")), CsrBuilder.Element(0x03, [0], Rsa2048.ExportRSAPublicKey()));

        await ExpectKeyAsync(key, IssueRefusal.KeyNotAllowed);
    }

    [Theory]
    [InlineData("brainpoolP256r1")]
    [InlineData("secp256k1")]
    [InlineData("nistP521")]
    public async Task Refuses_another_curve(string curve) =>
        await ExpectAsync(new CsrBuilder(ECDsa.Create(ECCurve.CreateFromFriendlyName(curve))), IssueRefusal.KeyNotAllowed);

    [Fact]
    public async Task Refuses_explicit_curve_parameters()
    {
        var key = ECDsa.Create(ECDsa.Create(ECCurve.NamedCurves.nistP256).ExportExplicitParameters(includePrivateParameters: true));

        await ExpectAsync(new CsrBuilder(key), IssueRefusal.KeyNotAllowed);
    }

    [Fact]
    public async Task Refuses_a_compressed_point()
    {
        var point = Point(out var algorithm);
        byte[] compressed = [(byte)(2 + (point[64] & 1)), .. point[1..33]];

        await ExpectKeyAsync(EcKey(algorithm, compressed), IssueRefusal.KeyNotAllowed);
    }

    [Fact]
    public async Task Refuses_the_point_at_infinity()
    {
        Point(out var algorithm);

        await ExpectKeyAsync(EcKey(algorithm, [0]), IssueRefusal.KeyNotAllowed);
    }

    [Fact]
    public async Task Refuses_a_point_off_its_curve()
    {
        var point = Point(out var algorithm);
        point[64] ^= 1;

        await ExpectKeyAsync(EcKey(algorithm, point), IssueRefusal.KeyInvalid);
    }

    [Fact]
    public async Task Refuses_a_point_of_another_curve_under_this_one()
    {
        Point(out var algorithm);
        var other = ECDsa.Create(ECCurve.CreateFromFriendlyName("secp256k1")).ExportParameters(false).Q;

        await ExpectKeyAsync(EcKey(algorithm, [4, .. other.X!, .. other.Y!]), IssueRefusal.KeyInvalid);
    }

    [Fact]
    public async Task Refuses_a_key_with_unused_bits()
    {
        var point = Point(out var algorithm);
        point[64] &= 0xFE;

        await ExpectKeyAsync(
            CsrBuilder.Element(0x30, algorithm, CsrBuilder.Element(0x03, [1], point)), IssueRefusal.KeyNotAllowed);
    }

    [Fact]
    public async Task Refuses_Ed25519()
    {
        byte[] key = [.. Convert.FromHexString("302A300506032B6570032100"), .. RandomNumberGenerator.GetBytes(32)];

        await ExpectKeyAsync(key, IssueRefusal.KeyNotAllowed);
    }

    [Fact]
    public async Task Refuses_the_key_of_the_issuer()
    {
        var key = ECDsa.Create();
        key.ImportFromEncryptedPem(Harness.Material.EncryptedPrivateKeyPem, Harness.Password);

        await ExpectAsync(new CsrBuilder(key), IssueRefusal.KeyOfIssuer);
    }

    [Fact]
    public async Task Refuses_the_key_of_another_device_and_of_the_same_name_in_another_tenant()
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await _harness.IssueAsync(Harness.Device("pump-1"), new CsrBuilder(key).Build());

        var device = await _harness.Authority.IssueAsync(Harness.Device("pump-2"), new CsrBuilder(key).Build());
        var tenant = await _harness.Authority.IssueAsync(Harness.Device("pump-1", "other"), new CsrBuilder(key).Build());
        var server = await _harness.Authority.IssueServerAsync(new ServerNames(["a.example"], []), new CsrBuilder(key).Build());

        Assert.Equal(IssueRefusal.KeyOfOtherDevice, device.Refusal);
        Assert.Equal(IssueRefusal.KeyOfOtherDevice, tenant.Refusal);
        Assert.Equal(IssueRefusal.KeyOfOtherDevice, server.Refusal);
    }

    [Fact]
    public async Task Refuses_a_key_that_was_compromised_even_for_its_own_device()
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var first = await _harness.IssueAsync(Harness.Device(), new CsrBuilder(key).Build());
        await _harness.Authority.RevokeAsync(Harness.Device(), first.SerialNumber, RevocationReason.KeyCompromise);

        var again = await _harness.Authority.IssueAsync(Harness.Device(), new CsrBuilder(key).Build());

        Assert.Equal(IssueRefusal.KeyCompromised, again.Refusal);
    }

    private static BigInteger Modulus(RSA key) => new(key.ExportParameters(false).Modulus, isUnsigned: true, isBigEndian: true);

    private static BigInteger Primorial(int from, int to) => Enumerable.Range(from, to - from + 1)
        .Where(n => Enumerable.Range(2, 30).All(d => n == d || n % d != 0))
        .Aggregate(BigInteger.One, (all, prime) => all * prime);

    private static byte[] RsaKey(BigInteger modulus, BigInteger? exponent = null)
    {
        var numbers = CsrBuilder.Element(
            0x30,
            CsrBuilder.Element(0x02, modulus.ToByteArray(isBigEndian: true)),
            CsrBuilder.Element(0x02, (exponent ?? 65_537).ToByteArray(isBigEndian: true)));
        return CsrBuilder.Element(
            0x30, Convert.FromHexString("300D06092A864886F70D0101010500"), CsrBuilder.Element(0x03, [0], numbers));
    }

    private static byte[] Point(out byte[] algorithm)
    {
        algorithm = Convert.FromHexString("301306072A8648CE3D020106082A8648CE3D030107");
        return ECDsa.Create(ECCurve.NamedCurves.nistP256).ExportSubjectPublicKeyInfo()[^65..];
    }

    private static byte[] EcKey(byte[] algorithm, byte[] point) =>
        CsrBuilder.Element(0x30, algorithm, CsrBuilder.Element(0x03, [0], point));

    /// <summary>The key policy comes before the proof, so nobody needs the private half of a bad key.</summary>
    private async Task ExpectKeyAsync(byte[] key, IssueRefusal refusal) =>
        await ExpectAsync(new CsrBuilder(Rsa2048) { PublicKey = key }, refusal);

    private async Task ExpectAsync(CsrBuilder builder, IssueRefusal refusal) =>
        Assert.Equal(refusal, await _harness.RefusalOfAsync(builder.Build()));

    [Fact]
    public async Task Refuses_a_key_on_the_list_of_blocked_keys_and_no_other()
    {
        using var blocked = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var hash = Convert.ToHexString(SHA256.HashData(blocked.ExportSubjectPublicKeyInfo()));
        using var list = new BlockList("# weak", string.Empty, new string('0', 64), "  " + hash + " ");
        var harness = new Harness(options => options.BlockedKeysFile = list.File);

        Assert.Equal(IssueRefusal.KeyBlocked, (await harness.Authority.IssueAsync(Harness.Device(), new CsrBuilder(blocked).Build())).Refusal);
        Assert.Empty(harness.Store.Certificates);
        await harness.IssueAsync(Harness.Device());
    }

    [Fact]
    public async Task Takes_any_sound_key_where_the_list_is_empty()
    {
        using var list = new BlockList();

        await new Harness(options => options.BlockedKeysFile = list.File).IssueAsync(Harness.Device());
    }

    [Theory]
    [InlineData("0")]
    [InlineData("G000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("00000000000000000000000000000000000000000000000000000000000000000")]
    public void A_list_of_blocked_keys_that_is_none_is_told_with_its_line(string line)
    {
        using var list = new BlockList("# first", new string('a', 64), line);

        var refused = Assert.Throws<OptionsValidationException>(() => new Harness(options => options.BlockedKeysFile = list.File));

        Assert.Equal(
            $"Pulse:Certs:BlockedKeysFile cannot be used: {list.File}, line 3: expected the SHA-256 of a key, 64 hexadecimal digits.",
            Assert.Single(refused.Failures));
    }

    [Fact]
    public void A_list_of_blocked_keys_that_is_missing_or_too_large_is_told()
    {
        using var list = new BlockList();
        using (var file = System.IO.File.OpenWrite(list.File))
        {
            // Sparse: nothing of it is written.
            file.SetLength(BlockedKeys.MaxFileBytes + 1);
        }

        Assert.Contains("is larger than 83886080 bytes", BlockedKeys.FindFault(list.File), StringComparison.Ordinal);
        Assert.Contains("/nowhere/list", BlockedKeys.FindFault("/nowhere/list"), StringComparison.Ordinal);
    }

    private sealed class BlockList : IDisposable
    {
        public BlockList(params string[] lines) => System.IO.File.WriteAllLines(File, lines);

        public string File { get; } = Path.GetTempFileName();

        public void Dispose() => System.IO.File.Delete(File);
    }
}
