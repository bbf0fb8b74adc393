using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace Pulse.Auth.Tests;

public sealed class KeyAdmissionTests
{
    private const PulseJwtAlgorithms All = PulseJwtAlgorithms.RS256 | PulseJwtAlgorithms.PS256 | PulseJwtAlgorithms.ES256 | PulseJwtAlgorithms.ES384 | PulseJwtAlgorithms.ES512;
    private static readonly RSA Weak = RSA.Create(1024);

    [Fact]
    public void A_key_that_names_its_algorithm_is_for_that_one()
    {
        Assert.Equal(KeyVerdict.Usable, Judge(TestKeys.Jwk(TestKeys.Rsa), All, out var key));
        Assert.Equal(PulseJwtAlgorithms.RS256, key!.Algorithms);
        Assert.Equal("rsa", key.KeyId);
    }

    [Fact]
    public void A_key_that_names_none_is_for_all_of_its_type()
    {
        Judge(TestKeys.Jwk(TestKeys.Rsa, rest: "\"use\":\"sig\""), All, out var rsa);
        Judge(TestKeys.Jwk(TestKeys.P256, "ec", "P-256"), All, out var p256);
        Judge(TestKeys.Jwk(TestKeys.P384, "ec", "P-384"), All, out var p384);
        Judge(TestKeys.Jwk(TestKeys.P521, "ec", "P-521"), All, out var p521);

        Assert.Equal(PulseJwtAlgorithms.RS256 | PulseJwtAlgorithms.PS256, rsa!.Algorithms);
        Assert.Equal(PulseJwtAlgorithms.ES256, p256!.Algorithms);
        Assert.Equal(PulseJwtAlgorithms.ES384, p384!.Algorithms);
        Assert.Equal(PulseJwtAlgorithms.ES512, p521!.Algorithms);
    }

    [Theory]
    [InlineData("\"use\":\"enc\"", KeyVerdict.NotForSignatures)]
    [InlineData("\"use\":\"SIG\"", KeyVerdict.NotForSignatures)]
    [InlineData("\"use\":\"enc\",\"alg\":\"RSA-OAEP\"", KeyVerdict.NotForSignatures)]
    [InlineData("\"key_ops\":[\"encrypt\"]", KeyVerdict.NotForSignatures)]
    [InlineData("\"key_ops\":[\"sign\",\"verify\"]", KeyVerdict.Usable)]
    [InlineData("\"alg\":\"RSA-OAEP\"", KeyVerdict.AlgorithmNotAllowed)]
    [InlineData("\"alg\":\"RS512\"", KeyVerdict.AlgorithmNotAllowed)]
    [InlineData("\"alg\":\"ES256\"", KeyVerdict.AlgorithmNotAllowed)]
    [InlineData("\"alg\":\"PS256\"", KeyVerdict.Usable)]
    [InlineData("\"d\":\"AQ\"", KeyVerdict.Secret)]
    [InlineData("\"p\":\"AQ\"", KeyVerdict.Secret)]
    [InlineData("\"q\":\"AQ\"", KeyVerdict.Secret)]
    [InlineData("\"dp\":\"AQ\"", KeyVerdict.Secret)]
    [InlineData("\"dq\":\"AQ\"", KeyVerdict.Secret)]
    [InlineData("\"qi\":\"AQ\"", KeyVerdict.Secret)]
    [InlineData("\"k\":\"AQ\"", KeyVerdict.Secret)]
    [InlineData("\"oth\":[\"AQ\"]", KeyVerdict.Secret)]
    [InlineData("\"x5t\":\"x\"", KeyVerdict.Usable)]
    public void A8_A13_Use_operations_and_algorithm_bind_an_rsa_key(string rest, object expected)
    {
        Assert.Equal((KeyVerdict)expected, Judge(TestKeys.Jwk(TestKeys.Rsa, rest: rest), All, out var key));
        Assert.Equal((KeyVerdict)expected == KeyVerdict.Usable, key is not null);
    }

    [Fact]
    public void A_key_of_an_algorithm_the_issuer_does_not_use_is_not_usable()
    {
        Assert.Equal(KeyVerdict.AlgorithmNotAllowed, Judge(TestKeys.Jwk(TestKeys.Rsa), PulseJwtAlgorithms.ES256, out _));
        Assert.Equal(KeyVerdict.AlgorithmNotAllowed, Judge(TestKeys.Jwk(TestKeys.P256, "ec", "P-256"), PulseJwtAlgorithms.RS256, out _));
        Assert.Equal(KeyVerdict.AlgorithmNotAllowed, Judge(TestKeys.Jwk(TestKeys.P521, "ec", "P-521"), PulseJwtAlgorithms.ES384, out _));
        Assert.Equal(KeyVerdict.AlgorithmNotAllowed, Judge(TestKeys.Jwk(TestKeys.P256, "ec", "P-256K"), All, out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a\\u0000")]
    public void A_key_identifier_follows_the_grammar_of_tokens(string kid) =>
        Assert.Equal(KeyVerdict.KeyIdInvalid, Judge(TestKeys.Jwk(TestKeys.Rsa, kid), All, out _));

    [Fact]
    public void A_key_without_identifier_is_not_usable() =>
        Assert.Equal(KeyVerdict.KeyIdInvalid, KeyAdmission.Judge(new JsonWebKey { Kty = "RSA" }, All, out _));

    [Fact]
    public void A9_A_weak_rsa_key_is_refused()
    {
        Assert.Equal(KeyVerdict.TooWeak, Judge(TestKeys.Jwk(Weak), All, out _));
        Assert.Equal(KeyVerdict.Usable, JudgeRsa(TopBitAt(2047), [1, 0, 1]));
        Assert.Equal(KeyVerdict.TooWeak, JudgeRsa(TopBitAt(2046), [1, 0, 1]));
        Assert.Equal(KeyVerdict.Usable, JudgeRsa(TopBitAt(8191), [1, 0, 1]));
        Assert.Equal(KeyVerdict.Malformed, JudgeRsa(TopBitAt(8192), [1, 0, 1]));
    }

    [Theory]
    [InlineData(new byte[] { 1 }, KeyVerdict.TooWeak)]
    [InlineData(new byte[] { 3 }, KeyVerdict.TooWeak)]
    [InlineData(new byte[] { 0xFF, 0xFF }, KeyVerdict.TooWeak)]
    [InlineData(new byte[] { 1, 0, 0 }, KeyVerdict.Malformed)]
    [InlineData(new byte[] { 1, 0, 1 }, KeyVerdict.Usable)]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF }, KeyVerdict.Usable)]
    [InlineData(new byte[] { 1, 0, 0, 0, 1 }, KeyVerdict.Malformed)]
    [InlineData(new byte[] { 0 }, KeyVerdict.Malformed)]
    public void A9_The_exponent_is_odd_and_at_least_65537(byte[] exponent, object expected) =>
        Assert.Equal((KeyVerdict)expected, JudgeRsa(TopBitAt(2047), exponent));

    [Fact]
    public void An_even_modulus_is_no_rsa_key()
    {
        var modulus = TopBitAt(2047);
        modulus[^1] = 2;

        Assert.Equal(KeyVerdict.Malformed, JudgeRsa(modulus, [1, 0, 1]));
    }

    [Fact]
    public void A_leading_zero_octet_counts_for_nothing()
    {
        Assert.Equal(KeyVerdict.TooWeak, JudgeRsa([0, .. TopBitAt(2046)], [1, 0, 1]));

        var key = TestKeys.Rsa.ExportParameters(false);
        var jwk = new JsonWebKey { Kty = "RSA", Kid = "rsa", N = TestKeys.Url([0, .. key.Modulus!]), E = TestKeys.Url([0, .. key.Exponent!]) };
        Assert.Equal(KeyVerdict.Usable, KeyAdmission.Judge(jwk, All, out var admitted));
        Assert.True(admitted!.Verify(PulseJwtAlgorithms.RS256, [1], TokenForge.Rs256([1])));
        Assert.True(admitted.Verify(PulseJwtAlgorithms.RS256, [2], TokenForge.Rs256([2])));
        Assert.False(admitted.Verify(PulseJwtAlgorithms.ES256, [1], TokenForge.Rs256([1])));
        Assert.False(admitted.Verify(PulseJwtAlgorithms.RS256, [2], TokenForge.Rs256([1])));
    }

    [Theory]
    [InlineData(null, "AQAB")]
    [InlineData("AQAB=", "AQAB")]
    public void A_malformed_rsa_key_is_refused(string? modulus, string? exponent)
    {
        var jwk = new JsonWebKey { Kty = "RSA", Kid = "rsa", N = modulus, E = exponent };

        Assert.Equal(KeyVerdict.Malformed, KeyAdmission.Judge(jwk, All, out _));
        Assert.Equal(KeyVerdict.Malformed, KeyAdmission.Judge(new JsonWebKey { Kty = "RSA", Kid = "rsa", N = TestKeys.Url(TopBitAt(2047)) }, All, out _));
    }

    [Fact]
    public void A10_A_point_off_the_curve_or_of_another_size_is_refused()
    {
        var q = TestKeys.P256.ExportParameters(false).Q;
        var off = q.Y!.ToArray();
        off[^1] ^= 1;

        Assert.Equal(KeyVerdict.Usable, JudgeEc("P-256", q.X!, q.Y!));
        Assert.Equal(KeyVerdict.NotOnCurve, JudgeEc("P-256", q.X!, off));
        Assert.Equal(KeyVerdict.Malformed, JudgeEc("P-384", q.X!, q.Y!));
        Assert.Equal(KeyVerdict.Malformed, JudgeEc("P-256", q.X!, q.Y![..31]));
        Assert.Equal(KeyVerdict.Malformed, JudgeEc("P-256", [.. q.X!, 0], q.Y!));
        Assert.Equal(KeyVerdict.NotOnCurve, JudgeEc("P-256", new byte[32], new byte[32]));
        Assert.Equal(KeyVerdict.NotOnCurve, JudgeEc("P-256", [.. Enumerable.Repeat((byte)0xFF, 32)], q.Y!));
    }

    [Fact]
    public void A10_A_point_of_p521_has_66_bytes_in_each_coordinate_and_lies_on_the_curve()
    {
        var q = TestKeys.P521.ExportParameters(false).Q;
        var off = q.X!.ToArray();
        off[^1] ^= 1;

        Assert.Equal(KeyVerdict.Usable, JudgeEc("P-521", q.X!, q.Y!));
        Assert.Equal(KeyVerdict.NotOnCurve, JudgeEc("P-521", off, q.Y!));
        Assert.Equal(KeyVerdict.Malformed, JudgeEc("P-521", q.X![..65], q.Y!));
        Assert.Equal(KeyVerdict.Malformed, JudgeEc("P-521", q.X!, [0, .. q.Y!]));
    }

    [Fact]
    public void A10_A_coordinate_is_less_than_the_prime()
    {
        // (0, √b) is on P-256; √b is b^((p+1)/4), for p is 3 mod 4.
        var p = Number("00FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF");
        var b = Number("005AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B");
        var y = BigInteger.ModPow(b, (p + 1) / 4, p);
        Assert.Equal(KeyVerdict.Usable, JudgeEc("P-256", Bytes(0, 32), Bytes(y, 32)));
        Assert.Equal(KeyVerdict.NotOnCurve, JudgeEc("P-256", Bytes(p, 32), Bytes(y, 32)));

        // 66 bytes have room for a coordinate of P-521 and its prime together.
        var q = TestKeys.P521.ExportParameters(false).Q;
        var prime = (BigInteger.One << 521) - 1;
        Assert.Equal(KeyVerdict.NotOnCurve, JudgeEc("P-521", q.X!, Bytes(new BigInteger(q.Y!, isUnsigned: true, isBigEndian: true) + prime, 66)));
        Assert.Equal(KeyVerdict.NotOnCurve, JudgeEc("P-521", Bytes(new BigInteger(q.X!, isUnsigned: true, isBigEndian: true) + prime, 66), q.Y!));

        static BigInteger Number(string hex) => BigInteger.Parse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

        static byte[] Bytes(BigInteger number, int length)
        {
            var bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
            return [.. new byte[length - bytes.Length], .. bytes];
        }
    }

    [Fact]
    public void A_key_type_nobody_knows_is_passed_over() =>
        Assert.Equal(KeyVerdict.KeyTypeUnknown, KeyAdmission.Judge(new JsonWebKey { Kty = "OKP", Kid = "ed" }, All, out _));

    [Fact]
    public void Keycloaks_encryption_key_is_passed_over()
    {
        var set = Set(TestKeys.Jwk(TestKeys.Rsa), TestKeys.Jwk(TestKeys.OtherRsa, "enc", "\"use\":\"enc\",\"alg\":\"RSA-OAEP\""));

        Assert.Equal(KeySetProblem.None, KeyAdmission.Admit(set, All, 64, out var keys));
        Assert.Equal(["rsa"], keys.Select(key => key.KeyId));
    }

    [Theory]
    [InlineData("{\"kty\":\"oct\",\"kid\":\"o\"}")]
    [InlineData("{\"kty\":\"oct\",\"use\":\"enc\",\"k\":\"AQ\"}")]
    public void A13_A_symmetric_key_refuses_the_whole_set(string key)
    {
        Assert.Equal(KeySetProblem.SecretKeyInSet, KeyAdmission.Admit(Set(TestKeys.Jwk(TestKeys.Rsa), key), All, 64, out var keys));
        Assert.Empty(keys);
    }

    [Fact]
    public void A7_Of_two_usable_keys_with_one_identifier_none_is_used()
    {
        var both = Set(TestKeys.Jwk(TestKeys.Rsa), TestKeys.Jwk(TestKeys.OtherRsa), TestKeys.Jwk(TestKeys.OtherRsa, "good"));

        Assert.Equal(KeySetProblem.None, KeyAdmission.Admit(both, All, 64, out var keys));
        Assert.Equal(["good"], keys.Select(key => key.KeyId));
        Assert.Equal(
            KeySetProblem.None,
            KeyAdmission.Admit(Set(TestKeys.Jwk(TestKeys.Rsa), TestKeys.Jwk(TestKeys.OtherRsa, rest: "\"use\":\"enc\"")), All, 64, out _));
    }

    [Fact]
    public void A_set_has_a_usable_key_and_not_too_many()
    {
        Assert.Equal(KeySetProblem.NoUsableKey, KeyAdmission.Admit(Set(), All, 64, out _));
        Assert.Equal(KeySetProblem.NoUsableKey, KeyAdmission.Admit(Set(TestKeys.Jwk(Weak)), All, 64, out _));
        Assert.Equal(KeySetProblem.None, KeyAdmission.Admit(Set(TestKeys.Jwk(TestKeys.Rsa), TestKeys.Jwk(Weak)), All, 2, out _));
        Assert.Equal(KeySetProblem.TooManyKeys, KeyAdmission.Admit(Set(TestKeys.Jwk(TestKeys.Rsa), TestKeys.Jwk(Weak)), All, 1, out _));
    }

    private static IList<JsonWebKey> Set(params string[] keys) => JsonWebKeySet.Create(TestKeys.Set(keys)).Keys;

    private static KeyVerdict Judge(string jwk, PulseJwtAlgorithms allowed, out SigningKey? key) => KeyAdmission.Judge(new JsonWebKey(jwk), allowed, out key);

    private static KeyVerdict JudgeRsa(byte[] modulus, byte[] exponent) =>
        KeyAdmission.Judge(new JsonWebKey { Kty = "RSA", Kid = "rsa", N = TestKeys.Url(modulus), E = TestKeys.Url(exponent) }, All, out _);

    private static KeyVerdict JudgeEc(string curve, byte[] x, byte[] y) =>
        KeyAdmission.Judge(new JsonWebKey { Kty = "EC", Kid = "ec", Crv = curve, X = TestKeys.Url(x), Y = TestKeys.Url(y) }, All, out _);

    private static byte[] TopBitAt(int bit)
    {
        var bytes = new byte[(bit / 8) + 1];
        bytes[0] = (byte)(1 << (bit % 8));
        bytes[^1] |= 1;
        return bytes;
    }
}
