using System.Numerics;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using static Pulse.Auth.Tests.TokenForge;

namespace Pulse.Auth.Tests;

public sealed class TokenCacheTests : IDisposable
{
    private const string EcHeader = """{"alg":"ES256","typ":"JWT","kid":"ec"}""";
    private static readonly BigInteger OrderOfP256 =
        BigInteger.Parse("0FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture);

    private readonly TestValidator _validator = new(options => options.TokenCache.Capacity = 2);
    private readonly MetricCollector<long> _requests;

    public TokenCacheTests() => _requests = Requests(_validator);

    public void Dispose() => _requests.Dispose();

    [Fact]
    public async Task The_cache_is_off_by_default()
    {
        var validator = new TestValidator();
        using var requests = Requests(validator);

        Assert.Equal(PulseTokenFailure.None, await validator.FailureOfAsync(Token()));
        Assert.Equal(PulseTokenFailure.None, await validator.FailureOfAsync(Token()));

        Assert.Empty(requests.GetMeasurementSnapshot());
        Assert.Equal(0, validator.Issuers.TokenCache.Count);
    }

    [Fact]
    public async Task The_same_token_is_verified_once_and_says_the_same()
    {
        var first = await _validator.ValidateAsync(Token());
        var second = await _validator.ValidateAsync(Token());

        Assert.Equal(["miss", "hit"], Outcomes());
        Assert.Same(first.Token, second.Token);
        Assert.Equal(Issuer, second.Issuer);
    }

    [Fact]
    public async Task Tokens_that_waited_for_their_keys_are_kept_each_under_its_own_input()
    {
        const string NewHeader = """{"alg":"RS256","typ":"JWT","kid":"new"}""";
        await _validator.ValidateAsync(Token());
        _validator.Documents.Jwks = TestKeys.Set(TestKeys.Jwk(TestKeys.Rsa), TestKeys.Jwk(TestKeys.Rsa, "new"));
        await _validator.ValidateAsync(Sign(Payload(("sub", "\"bob\"")), NewHeader));

        Assert.Equal("f3b0c442", (await _validator.ValidateAsync(Token())).Token!.Subject);
        Assert.Equal("bob", (await _validator.ValidateAsync(Sign(Payload(("sub", "\"bob\"")), NewHeader))).Token!.Subject);
        Assert.Equal(["miss", "miss", "hit", "hit"], Outcomes());
        Assert.Equal(2, _validator.Issuers.TokenCache.Count);
    }

    [Fact]
    public async Task Each_request_gets_a_principal_of_its_own()
    {
        var first = (await _validator.ValidateAsync(Token())).Token!.CreatePrincipal("x");
        first.Identities.First().AddClaim(new(PulseClaimTypes.Role, "operator"));

        var second = (await _validator.ValidateAsync(Token())).Token!.CreatePrincipal("x");

        Assert.Equal(["miss", "hit"], Outcomes());
        Assert.False(second.IsInRole("operator"));
    }

    [Fact]
    public async Task A_hit_needs_exactly_the_signature_that_was_checked()
    {
        var token = Token();
        await _validator.ValidateAsync(token);

        Assert.Equal(PulseTokenFailure.SignatureInvalid, await _validator.FailureOfAsync(Forge(token)));
        Assert.Equal(PulseTokenFailure.NotCompact, await _validator.FailureOfAsync(token + "="));
        Assert.Equal(PulseTokenFailure.NotCompact, await _validator.FailureOfAsync(token[..token.LastIndexOf('.')]));
        Assert.Equal(PulseTokenFailure.NotCompact, await _validator.FailureOfAsync(token[..(token.LastIndexOf('.') + 1)]));
        Assert.Equal(PulseTokenFailure.NotCompact, await _validator.FailureOfAsync("abc"));
        Assert.DoesNotContain("hit", Outcomes());

        Assert.Equal(PulseTokenFailure.None, await _validator.FailureOfAsync(token));
        Assert.Equal("hit", Outcomes()[^1]);
    }

    [Fact]
    public async Task A_signature_on_another_payload_is_no_hit()
    {
        var token = Token();
        await _validator.ValidateAsync(token);
        var signature = token[token.LastIndexOf('.')..];

        Assert.Equal(PulseTokenFailure.SignatureInvalid, await _validator.FailureOfAsync($"{Encode(Header)}.{Encode(Payload(("sub", "\"mallory\"")))}{signature}"));
        Assert.Equal(["miss", "miss"], Outcomes());
    }

    [Fact]
    public async Task A14_The_other_signature_of_an_ecdsa_pair_is_checked_for_itself()
    {
        var validator = new TestValidator(options => options.TokenCache.Capacity = 2, PulseJwtAlgorithms.ES256);
        validator.Documents.Jwks = TestKeys.Set(TestKeys.Jwk(TestKeys.P256, "ec", "P-256"));
        using var requests = Requests(validator);
        var token = Sign(Payload(), EcHeader, Es256);
        var twin = token[..(token.LastIndexOf('.') + 1)] + TestKeys.Url(Twin(System.Buffers.Text.Base64Url.DecodeFromChars(token.AsSpan(token.LastIndexOf('.') + 1))));

        foreach (var text in new[] { token, twin, twin, token })
        {
            Assert.Equal(PulseTokenFailure.None, await validator.FailureOfAsync(text));
        }

        Assert.Equal(["miss", "miss", "hit", "miss"], Outcomes(requests));
        Assert.Equal(1, validator.Issuers.TokenCache.Count);
        await validator.Denylist.AddAsync(TokenDenial.OfToken(Issuer, "onrtac:2e9c", Now.AddHours(1)), default);
        Assert.Equal(PulseTokenFailure.Denied, await validator.FailureOfAsync(token));
        Assert.Equal(PulseTokenFailure.Denied, await validator.FailureOfAsync(twin));
    }

    [Fact]
    public async Task C9_A_removed_key_stops_working_at_the_next_snapshot()
    {
        await _validator.ValidateAsync(Token());
        _validator.Documents.Jwks = TestKeys.Set(TestKeys.Jwk(TestKeys.OtherRsa, "new"));
        Assert.True(await _validator.Keys.RefreshAsync(CancellationToken.None));

        Assert.Equal(PulseTokenFailure.KeyUnknown, await _validator.FailureOfAsync(Token()));
        Assert.Equal(["miss", "stale_key"], Outcomes());
    }

    [Fact]
    public async Task C9_A_key_replaced_under_its_identifier_stops_working()
    {
        await _validator.ValidateAsync(Token());
        _validator.Documents.Jwks = TestKeys.Set(TestKeys.Jwk(TestKeys.OtherRsa));
        Assert.True(await _validator.Keys.RefreshAsync(CancellationToken.None));

        Assert.Equal(PulseTokenFailure.SignatureInvalid, await _validator.FailureOfAsync(Token()));
        Assert.Equal(["miss", "stale_key"], Outcomes());
    }

    [Fact]
    public async Task C9_A_key_bound_to_another_algorithm_stops_working()
    {
        var validator = new TestValidator(options => options.TokenCache.Capacity = 2, PulseJwtAlgorithms.RS256 | PulseJwtAlgorithms.PS256);
        using var requests = Requests(validator);
        await validator.ValidateAsync(Token());
        validator.Documents.Jwks = TestKeys.Set(TestKeys.Jwk(TestKeys.Rsa, rest: "\"alg\":\"PS256\""));
        Assert.True(await validator.Keys.RefreshAsync(CancellationToken.None));

        Assert.Equal(PulseTokenFailure.KeyMismatch, await validator.FailureOfAsync(Token()));
        Assert.Equal(["miss", "stale_key"], Outcomes(requests));
    }

    [Fact]
    public async Task A_key_that_stays_keeps_its_tokens()
    {
        await _validator.ValidateAsync(Token());
        _validator.Documents.Jwks = TestKeys.Set(TestKeys.Jwk(TestKeys.OtherRsa, "new"), TestKeys.Jwk(TestKeys.Rsa));
        Assert.True(await _validator.Keys.RefreshAsync(CancellationToken.None));

        Assert.Equal(PulseTokenFailure.None, await _validator.FailureOfAsync(Token()));
        Assert.Equal(["miss", "hit"], Outcomes());
    }

    [Fact]
    public async Task Keys_too_old_to_be_trusted_end_the_hits()
    {
        var validator = new TestValidator(options =>
        {
            options.TokenCache.Capacity = 2;
            options.KeySet.MaxStaleness = TimeSpan.FromSeconds(30);
        });
        await validator.ValidateAsync(Token());
        validator.Documents.Problem = KeySetProblem.Unreachable;
        validator.Time.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(PulseTokenFailure.KeysUnavailable, await validator.FailureOfAsync(Token()));
    }

    [Fact]
    public async Task C9_A_denial_counts_on_a_hit()
    {
        await _validator.ValidateAsync(Token());
        await _validator.Denylist.AddAsync(TokenDenial.OfSession(Issuer, "b1c2", Now.AddHours(1)), default);

        Assert.Equal(PulseTokenFailure.Denied, await _validator.FailureOfAsync(Token()));
        Assert.Equal(["miss", "denied"], Outcomes());
    }

    [Fact]
    public async Task Expiry_counts_on_a_hit()
    {
        var token = Token(("exp", $"{Seconds(10)}"));
        await _validator.ValidateAsync(token);

        _validator.Time.Advance(TimeSpan.FromSeconds(40) - TimeSpan.FromTicks(1));
        Assert.Equal(PulseTokenFailure.None, await _validator.FailureOfAsync(token));
        _validator.Time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(PulseTokenFailure.Expired, await _validator.FailureOfAsync(token));
        Assert.Equal(["miss", "hit", "refused"], Outcomes());
    }

    [Theory]
    [InlineData("nbf", 30)]
    [InlineData("iat", 30)]
    public async Task C10_A_clock_set_back_counts_on_a_hit(string claim, int offset)
    {
        var clock = new SteppedClock();
        var validator = new TestValidator(options => options.TokenCache.Capacity = 2, time: clock);
        using var requests = Requests(validator);
        var token = Token((claim, $"{Seconds(offset)}"), ("exp", $"{Seconds(300)}"));
        await validator.ValidateAsync(token);

        Assert.Equal(PulseTokenFailure.None, await validator.FailureOfAsync(token));
        clock.Now -= TimeSpan.FromTicks(1);
        Assert.Equal(PulseTokenFailure.NotYetValid, await validator.FailureOfAsync(token));
        Assert.Equal(["miss", "hit", "refused"], Outcomes(requests));
    }

    [Fact]
    public async Task A_signature_is_checked_again_after_a_minute()
    {
        await _validator.ValidateAsync(Token());

        _validator.Time.Advance(TimeSpan.FromSeconds(60) - TimeSpan.FromTicks(1));
        await _validator.ValidateAsync(Token());
        _validator.Time.Advance(TimeSpan.FromTicks(1));
        await _validator.ValidateAsync(Token());
        await _validator.ValidateAsync(Token());

        Assert.Equal(["miss", "hit", "miss", "hit"], Outcomes());
    }

    [Fact]
    public async Task Refused_tokens_are_never_kept()
    {
        await _validator.ValidateAsync(Forge(Token()));
        await _validator.ValidateAsync(Token(("aud", "\"other\"")));

        Assert.Equal(0, _validator.Issuers.TokenCache.Count);
    }

    [Fact]
    public async Task The_oldest_makes_room()
    {
        string[] tokens = [.. Enumerable.Range(0, 3).Select(i => Token(("jti", $"\"{i}\"")))];
        foreach (var i in new[] { 0, 1, 2, 2, 1, 0 })
        {
            Assert.Equal(PulseTokenFailure.None, await _validator.FailureOfAsync(tokens[i]));
        }

        Assert.Equal(["miss", "miss", "miss", "hit", "hit", "miss"], Outcomes());
        Assert.Equal(2, _validator.Issuers.TokenCache.Count);
    }

    [Fact]
    public async Task A_token_of_one_table_is_unknown_to_another()
    {
        await _validator.ValidateAsync(Token());
        var other = new TestValidator(options =>
        {
            options.TokenCache.Capacity = 2;
            options.Issuers[0].Audiences.Clear();
            options.Issuers[0].Audiences.Add("other-api");
        });

        Assert.Equal(PulseTokenFailure.AudienceMismatch, await other.FailureOfAsync(Token()));
    }

    [Fact]
    public async Task The_entries_are_a_gauge()
    {
        using var entries = new MetricCollector<int>(_validator.Meters, AuthMetrics.MeterName, "pulse.auth.token_cache.entries");
        await _validator.ValidateAsync(Token());

        entries.RecordObservableInstruments();

        Assert.Equal(1, entries.LastMeasurement!.Value);
    }

    private static string Forge(string token) => token[..^8] + "AAAAAAAA";

    private static byte[] Twin(byte[] signature)
    {
        var s = OrderOfP256 - new BigInteger(signature.AsSpan(32), isUnsigned: true, isBigEndian: true);
        var bytes = s.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. signature[..32], .. new byte[32 - bytes.Length], .. bytes];
    }

    private static MetricCollector<long> Requests(TestValidator validator) => new(validator.Meters, AuthMetrics.MeterName, "pulse.auth.token_cache.requests");

    private static string[] Outcomes(MetricCollector<long> requests) =>
        [.. requests.GetMeasurementSnapshot().Select(measurement => (string)measurement.Tags["outcome"]!)];

    private string[] Outcomes() => Outcomes(_requests);

    /// <summary>A wall clock that can be set back; the monotonic one stands still.</summary>
    private sealed class SteppedClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = TokenForge.Now;

        public override DateTimeOffset GetUtcNow() => Now;

        public override long GetTimestamp() => 0;
    }
}
