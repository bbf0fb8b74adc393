using Microsoft.Extensions.Time.Testing;

namespace Pulse.Auth.Tests;

/// <summary>The validator and the key set that need no provider.</summary>
public sealed class OfflineTests
{
    private static readonly string Set = TestKeys.Set(TestKeys.Jwk(TestKeys.Rsa), TestKeys.Jwk(TestKeys.P256, "ec", "P-256"));
    private static readonly string Signed = TokenForge.Sign("no claims at all");

    [Fact]
    public async Task A_token_is_judged_at_the_time_given()
    {
        await using var then = Validator(Set, TokenForge.Now);
        await using var later = Validator(Set, TokenForge.Now.AddHours(1));

        var accepted = await then.ValidateAsync(TokenForge.Token(), CancellationToken.None);
        var expired = await later.ValidateAsync(TokenForge.Token(), CancellationToken.None);

        Assert.True(accepted.Succeeded);
        Assert.Equal("acme", accepted.Token.TenantId);
        Assert.Equal(PulseTokenFailure.Expired, expired.Failure);
    }

    [Fact]
    public async Task Every_algorithm_of_the_package_is_allowed()
    {
        await using var validator = Validator(Set, TokenForge.Now);

        var token = TokenForge.Sign(TokenForge.Payload(), """{"alg":"ES256","typ":"JWT","kid":"ec"}""", TokenForge.Es256);

        Assert.Equal(PulseTokenFailure.None, (await validator.ValidateAsync(token, CancellationToken.None)).Failure);
    }

    [Theory]
    [InlineData("aud", "\"other\"", PulseTokenFailure.AudienceMismatch)]
    [InlineData("iss", "\"https://id.example/realms/other\"", PulseTokenFailure.IssuerUnknown)]
    [InlineData("typ", "\"ID\"", PulseTokenFailure.TypeNotAllowed)]
    public async Task The_rules_are_those_of_the_application(string claim, string value, PulseTokenFailure expected)
    {
        await using var validator = Validator(Set, TokenForge.Now);

        Assert.Equal(expected, (await validator.ValidateAsync(TokenForge.Token((claim, value)), CancellationToken.None)).Failure);
    }

    [Fact]
    public async Task A_key_the_set_has_not_is_unknown_however_often_it_is_asked_for()
    {
        await using var validator = Validator(Set, TokenForge.Now);
        var token = TokenForge.Sign(TokenForge.Payload(), """{"alg":"RS256","typ":"JWT","kid":"other"}""");

        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(PulseTokenFailure.KeyUnknown, (await validator.ValidateAsync(token, CancellationToken.None)).Failure);
        }
    }

    [Fact]
    public async Task A_set_of_no_use_makes_every_token_unjudged_and_none_accepted()
    {
        await using var validator = Validator("""{"keys":[]}""", TokenForge.Now);

        Assert.Equal(PulseTokenFailure.KeysUnavailable, (await validator.ValidateAsync(TokenForge.Token(), CancellationToken.None)).Failure);
        Assert.Equal(PulseTokenFailure.NotCompact, (await validator.ValidateAsync("x", CancellationToken.None)).Failure);
    }

    [Fact]
    public async Task An_issuer_may_be_any_text()
    {
        await using var validator = new PulseOfflineTokenValidator("acme-idp", TokenForge.Audience, Set, new FakeTimeProvider(TokenForge.Now));

        Assert.True((await validator.ValidateAsync(TokenForge.Token(("iss", "\"acme-idp\"")), CancellationToken.None)).Succeeded);
    }

    [Theory]
    [InlineData("", "a", "{}")]
    [InlineData("i", "", "{}")]
    [InlineData("i", "a", "")]
    public void Nothing_is_judged_without_issuer_audience_and_keys(string issuer, string audience, string keySet) =>
        Assert.Throws<ArgumentException>(() => new PulseOfflineTokenValidator(issuer, audience, keySet));

    [Fact]
    public void A_signature_is_checked_over_any_payload() =>
        Assert.Equal(PulseTokenFailure.None, PulseOfflineKeySet.Parse(Set).CheckSignature(Signed));

    [Fact]
    public void A_signature_is_refused_with_its_reason()
    {
        var keys = PulseOfflineKeySet.Parse(Set);
        var parts = Signed.Split('.');

        Assert.Equal(PulseTokenFailure.SignatureInvalid, keys.CheckSignature($"{parts[0]}.{TokenForge.Encode("other")}.{parts[2]}"));
        Assert.Equal(PulseTokenFailure.NotCompact, keys.CheckSignature(""));
        Assert.Equal(PulseTokenFailure.NotCompact, keys.CheckSignature(parts[0] + "." + parts[1]));
        Assert.Equal(PulseTokenFailure.AlgorithmNotAllowed, keys.CheckSignature(TokenForge.Sign("x", """{"alg":"HS256","kid":"rsa"}""")));
        Assert.Equal(PulseTokenFailure.KeyIdInvalid, keys.CheckSignature(TokenForge.Sign("x", """{"alg":"RS256"}""")));
        Assert.Equal(PulseTokenFailure.KeyUnknown, keys.CheckSignature(TokenForge.Sign("x", """{"alg":"RS256","kid":"RSA"}""")));
        Assert.Equal(PulseTokenFailure.KeyMismatch, keys.CheckSignature(TokenForge.Sign("x", """{"alg":"PS256","kid":"rsa"}""", TokenForge.Ps256)));
        Assert.Equal(PulseTokenFailure.HeaderExtension, keys.CheckSignature(TokenForge.Sign("x", """{"alg":"RS256","kid":"rsa","crit":["exp"]}""")));
    }

    [Fact]
    public void A_signed_text_has_a_largest_length()
    {
        var keys = PulseOfflineKeySet.Parse(Set);

        Assert.Equal(PulseTokenFailure.NotCompact, keys.CheckSignature(new string('a', PulseOfflineKeySet.MaxLength)));
        Assert.Equal(PulseTokenFailure.TooLarge, keys.CheckSignature(new string('a', PulseOfflineKeySet.MaxLength + 1)));
    }

    [Fact]
    public void Each_key_is_described_in_the_order_of_the_set()
    {
        var keys = PulseOfflineKeySet.Parse(TestKeys.Set(
            TestKeys.Jwk(TestKeys.Rsa, "one"),
            TestKeys.Jwk(TestKeys.OtherRsa, "enc", "\"use\":\"enc\",\"alg\":\"RSA-OAEP\""),
            """{"kty":"OKP","kid":"okp"}""",
            TestKeys.Jwk(TestKeys.P256, "twice", "P-256"),
            TestKeys.Jwk(TestKeys.OtherRsa, "twice")));

        Assert.Equal(
            ["one True Usable", "enc False NotForSignatures", "okp False KeyTypeUnknown", "twice False DuplicateKeyId", "twice False DuplicateKeyId"],
            keys.Keys.Select(key => $"{key.KeyId} {key.Usable} {key.Reason}"));
    }

    [Fact]
    public void A_secret_in_the_set_spoils_the_keys_beside_it()
    {
        var keys = PulseOfflineKeySet.Parse(TestKeys.Set(TestKeys.Jwk(TestKeys.Rsa), """{"kty":"oct","kid":"hmac","k":"AQAB"}"""));

        Assert.Equal(["rsa SecretKeyInSet", "hmac Secret"], keys.Keys.Select(key => $"{key.KeyId} {key.Reason}"));
        Assert.DoesNotContain(keys.Keys, key => key.Usable);
        Assert.Equal(PulseTokenFailure.KeyUnknown, keys.CheckSignature(Signed));
    }

    [Fact]
    public void Too_many_keys_are_none()
    {
        var keys = PulseOfflineKeySet.Parse(TestKeys.Set([.. Enumerable.Range(0, 65).Select(i => TestKeys.Jwk(TestKeys.Rsa, $"k{i}"))]));

        Assert.Equal(65, keys.Keys.Count);
        Assert.All(keys.Keys, key => Assert.Equal("TooManyKeys", key.Reason));
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"keys":{}}""")]
    [InlineData("""{"keys":[1]}""")]
    [InlineData("""{"keys":[]} more""")]
    public void What_is_no_set_is_no_set(string json) => Assert.Throws<FormatException>(() => PulseOfflineKeySet.Parse(json));

    private static PulseOfflineTokenValidator Validator(string set, DateTimeOffset now) =>
        new(TokenForge.Issuer, TokenForge.Audience, set, new FakeTimeProvider(now));
}
