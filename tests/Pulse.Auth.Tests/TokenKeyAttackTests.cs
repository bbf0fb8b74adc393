using System.Security.Cryptography;
using System.Text;
using static Pulse.Auth.Tests.TokenForge;

namespace Pulse.Auth.Tests;

public sealed class TokenKeyAttackTests
{
    private readonly TestValidator _validator = new();

    [Theory]
    [InlineData("""{"alg":"none","typ":"JWT","kid":"rsa"}""")]
    [InlineData("""{"alg":"None","typ":"JWT","kid":"rsa"}""")]
    [InlineData("""{"alg":"nOnE","typ":"JWT","kid":"rsa"}""")]
    [InlineData("""{"alg":"rs256","typ":"JWT","kid":"rsa"}""")]
    [InlineData("""{"alg":"HS256","typ":"JWT","kid":"rsa"}""")]
    [InlineData("""{"alg":"ES256","typ":"JWT","kid":"rsa"}""")]
    [InlineData("""{"alg":"PS256","typ":"JWT","kid":"rsa"}""")]
    [InlineData("""{"alg":"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256","typ":"JWT","kid":"rsa"}""")]
    [InlineData("""{"typ":"JWT","kid":"rsa"}""")]
    [InlineData("""{"alg":null,"typ":"JWT","kid":"rsa"}""")]
    [InlineData("""{"alg":["RS256"],"typ":"JWT","kid":"rsa"}""")]
    public async Task A1_A11_Refuses_every_algorithm_the_issuer_does_not_use(string header) =>
        Assert.Equal(PulseTokenFailure.AlgorithmNotAllowed, await _validator.FailureOfAsync(Sign(Payload(), header)));

    [Fact]
    public async Task A1_Refuses_none_without_signature() =>
        Assert.Equal(
            PulseTokenFailure.NotCompact,
            await _validator.FailureOfAsync($"{Encode("""{"alg":"none","typ":"JWT","kid":"rsa"}""")}.{Encode(Payload())}."));

    [Theory]
    [InlineData("pem")]
    [InlineData("spki")]
    [InlineData("modulus")]
    [InlineData("jwk")]
    public async Task A2_Refuses_an_hmac_keyed_with_the_public_key(string form)
    {
        var secret = form switch
        {
            "pem" => Encoding.ASCII.GetBytes(TestKeys.Rsa.ExportSubjectPublicKeyInfoPem()),
            "spki" => TestKeys.Rsa.ExportSubjectPublicKeyInfo(),
            "modulus" => TestKeys.Rsa.ExportParameters(false).Modulus!,
            _ => Encoding.ASCII.GetBytes(TestKeys.Jwk(TestKeys.Rsa)),
        };
        var token = Sign(Payload(), """{"alg":"HS256","typ":"JWT","kid":"rsa"}""", input => HMACSHA256.HashData(secret, input));

        Assert.Equal(PulseTokenFailure.AlgorithmNotAllowed, await _validator.FailureOfAsync(token));
    }

    [Fact]
    public async Task A3_Never_uses_a_key_the_token_brings()
    {
        var header = $$"""{"alg":"RS256","typ":"JWT","kid":"rsa","jwk":{{TestKeys.Jwk(TestKeys.OtherRsa)}},"jku":"https://evil.example/","x5u":"https://evil.example/","x5c":["AA=="],"x5t":"rsa"}""";
        var forged = Sign(Payload(), header, input => TestKeys.OtherRsa.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

        Assert.Equal(PulseTokenFailure.SignatureInvalid, await _validator.FailureOfAsync(forged));
        Assert.Equal(PulseTokenFailure.None, await _validator.FailureOfAsync(Sign(Payload(), header)));
        Assert.DoesNotContain(_validator.Documents.Addresses, address => address.Host == "evil.example");
    }

    [Theory]
    [InlineData("\"../../etc/passwd\\u0000\"")]
    [InlineData("\"' OR 1=1 --\"")]
    [InlineData("\"a b\"")]
    [InlineData("\"é\"")]
    [InlineData("\"\"")]
    [InlineData("1")]
    [InlineData("null")]
    public async Task A4_Refuses_a_key_identifier_outside_its_grammar(string kid) =>
        Assert.Equal(
            PulseTokenFailure.KeyIdInvalid,
            await _validator.FailureOfAsync(Sign(Payload(), $$"""{"alg":"RS256","typ":"JWT","kid":{{kid}}}""")));

    [Theory]
    [InlineData(128, PulseTokenFailure.KeyUnknown)]
    [InlineData(129, PulseTokenFailure.KeyIdInvalid)]
    public async Task A4_Bounds_the_key_identifier(int length, PulseTokenFailure expected) =>
        Assert.Equal(
            expected,
            await _validator.FailureOfAsync(Sign(Payload(), $$"""{"alg":"RS256","typ":"JWT","kid":"{{new string('k', length)}}"}""")));

    [Theory]
    [InlineData("""{"alg":"RS256","typ":"JWT"}""", PulseTokenFailure.KeyIdInvalid)]
    [InlineData("""{"alg":"RS256","typ":"JWT","x5t":"rsa"}""", PulseTokenFailure.KeyIdInvalid)]
    [InlineData("""{"alg":"RS256","typ":"JWT","kid":"RSA"}""", PulseTokenFailure.KeyUnknown)]
    [InlineData("""{"alg":"RS256","typ":"JWT","kid":"other"}""", PulseTokenFailure.KeyUnknown)]
    public async Task A5_A6_Tries_no_key_but_the_one_named_exactly(string header, PulseTokenFailure expected) =>
        Assert.Equal(expected, await _validator.FailureOfAsync(Sign(Payload(), header)));

    [Fact]
    public async Task A8_Refuses_a_pss_signature_by_a_key_bound_to_rs256()
    {
        var validator = new TestValidator(algorithms: PulseJwtAlgorithms.RS256 | PulseJwtAlgorithms.PS256);

        Assert.Equal(
            PulseTokenFailure.KeyMismatch,
            await validator.FailureOfAsync(Sign(Payload(), """{"alg":"PS256","typ":"JWT","kid":"rsa"}""", Ps256)));
    }

    [Fact]
    public async Task A8_A10_Verifies_each_allowed_algorithm_with_its_own_key_and_no_other()
    {
        var validator = new TestValidator(
            algorithms: PulseJwtAlgorithms.RS256 | PulseJwtAlgorithms.PS256 | PulseJwtAlgorithms.ES256 | PulseJwtAlgorithms.ES384 | PulseJwtAlgorithms.ES512);
        validator.Documents.Jwks = TestKeys.Set(
            TestKeys.Jwk(TestKeys.Rsa, rest: "\"use\":\"sig\""), TestKeys.Jwk(TestKeys.P256, "p256", "P-256"), TestKeys.Jwk(TestKeys.P384, "p384", "P-384"),
            TestKeys.Jwk(TestKeys.P521, "p521", "P-521"));
        (string Algorithm, string Key, Func<byte[], byte[]> Sign)[] all =
            [("RS256", "rsa", Rs256), ("PS256", "rsa", Ps256), ("ES256", "p256", Es256), ("ES384", "p384", Es384), ("ES512", "p521", Es512)];

        foreach (var one in all)
        {
            foreach (var other in all)
            {
                var token = Sign(Payload(), $$"""{"alg":"{{one.Algorithm}}","typ":"JWT","kid":"{{other.Key}}"}""", other.Sign);
                var expected = one == other ? PulseTokenFailure.None
                    : one.Key == other.Key ? PulseTokenFailure.SignatureInvalid
                    : PulseTokenFailure.KeyMismatch;
                Assert.Equal(expected, await validator.FailureOfAsync(token));
            }
        }
    }

    [Theory]
    [InlineData("r and s zero")]
    [InlineData("r zero")]
    [InlineData("s zero")]
    [InlineData("r the order")]
    [InlineData("s the order")]
    [InlineData("r and s the order")]
    [InlineData("DER")]
    [InlineData("one byte more")]
    [InlineData("one byte less")]
    public async Task A10_Refuses_psychic_der_and_wrongly_long_ecdsa_signatures(string kind)
    {
        var validator = new TestValidator(algorithms: PulseJwtAlgorithms.ES256);
        validator.Documents.Jwks = TestKeys.Set(TestKeys.Jwk(TestKeys.P256, "ec", "P-256"));
        var zero = new byte[32];
        var order = Convert.FromHexString("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551");
        Func<byte[], byte[]> sign = kind switch
        {
            "r and s zero" => _ => [.. zero, .. zero],
            "r zero" => input => [.. zero, .. Es256(input)[32..]],
            "s zero" => input => [.. Es256(input)[..32], .. zero],
            "r the order" => input => [.. order, .. Es256(input)[32..]],
            "s the order" => input => [.. Es256(input)[..32], .. order],
            "r and s the order" => _ => [.. order, .. order],
            "DER" => input => TestKeys.P256.SignData(input, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence),
            "one byte more" => input => [.. Es256(input), 0],
            _ => input => Es256(input)[..63],
        };

        Assert.Equal(
            PulseTokenFailure.SignatureInvalid,
            await validator.FailureOfAsync(Sign(Payload(), """{"alg":"ES256","typ":"JWT","kid":"ec"}""", sign)));
    }

    [Theory]
    [InlineData("ES384", "P-384")]
    [InlineData("ES512", "P-521")]
    public async Task A10_A_signature_has_twice_the_length_of_the_curves_field(string algorithm, string curve)
    {
        var (key, sign) = curve == "P-384" ? (TestKeys.P384, (Func<byte[], byte[]>)Es384) : (TestKeys.P521, Es512);
        var validator = new TestValidator(algorithms: PulseJwtAlgorithms.ES384 | PulseJwtAlgorithms.ES512);
        validator.Documents.Jwks = TestKeys.Set(TestKeys.Jwk(key, "ec", curve));
        var header = $$"""{"alg":"{{algorithm}}","typ":"JWT","kid":"ec"}""";

        Assert.Equal(PulseTokenFailure.None, await validator.FailureOfAsync(Sign(Payload(), header, sign)));
        Assert.Equal(PulseTokenFailure.SignatureInvalid, await validator.FailureOfAsync(Sign(Payload(), header, input => [0, .. sign(input)])));
        Assert.Equal(PulseTokenFailure.SignatureInvalid, await validator.FailureOfAsync(Sign(Payload(), header, input => sign(input)[..^1])));
    }

    [Fact]
    public async Task A14_Accepts_the_other_valid_form_of_an_ecdsa_signature()
    {
        var validator = new TestValidator(algorithms: PulseJwtAlgorithms.ES256);
        validator.Documents.Jwks = TestKeys.Set(TestKeys.Jwk(TestKeys.P256, "ec", "P-256"));
        var order = System.Numerics.BigInteger.Parse(
            "0FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", System.Globalization.NumberStyles.HexNumber, null);
        byte[] Flip(byte[] input)
        {
            var signature = Es256(input);
            var s = order - new System.Numerics.BigInteger(signature.AsSpan(32), isUnsigned: true, isBigEndian: true);
            var bytes = s.ToByteArray(isUnsigned: true, isBigEndian: true);
            return [.. signature[..32], .. new byte[32 - bytes.Length], .. bytes];
        }

        Assert.Equal(
            PulseTokenFailure.None,
            await validator.FailureOfAsync(Sign(Payload(), """{"alg":"ES256","typ":"JWT","kid":"ec"}""", Flip)));
    }
}
