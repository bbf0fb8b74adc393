using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Logging;
using static Pulse.Auth.Tests.TokenForge;

namespace Pulse.Auth.Tests;

public sealed class DenylistTests
{
    private readonly TestValidator _validator = new();

    public static TheoryData<TokenDenial, bool> Denials => new()
    {
        { TokenDenial.OfToken(Issuer, "onrtac:2e9c", Until), true },
        { TokenDenial.OfToken(Issuer, "ONRTAC:2E9C", Until), false },
        { TokenDenial.OfToken("https://other.example", "onrtac:2e9c", Until), false },
        { TokenDenial.OfToken(Issuer, "b1c2", Until), false },
        { TokenDenial.OfSession(Issuer, "b1c2", Until), true },
        { TokenDenial.OfSession(Issuer, "b1c3", Until), false },
        { TokenDenial.OfSession(Issuer, "onrtac:2e9c", Until), false },
        { TokenDenial.OfSubject(Issuer, "f3b0c442", Now.AddSeconds(-59), Until), true },
        { TokenDenial.OfSubject(Issuer, "f3b0c442", Now.AddSeconds(-60) + TimeSpan.FromTicks(1), Until), true },
        { TokenDenial.OfSubject(Issuer, "f3b0c442", Now.AddSeconds(-60), Until), false },
        { TokenDenial.OfSubject(Issuer, "someone", Now, Until), false },
        { TokenDenial.OfToken(Issuer, "onrtac:2e9c", Now), false },
        { TokenDenial.OfToken(Issuer, "onrtac:2e9c", Now + TimeSpan.FromTicks(1)), true },
    };

    private static DateTimeOffset Until => Now.AddHours(1);

    [Theory]
    [MemberData(nameof(Denials))]
    public async Task A_denial_refuses_exactly_the_tokens_it_names(TokenDenial denial, bool denied)
    {
        Assert.True(await _validator.Denylist.AddAsync(denial, default));

        var result = await _validator.ValidateAsync(Token());

        Assert.Equal(denied ? PulseTokenFailure.Denied : PulseTokenFailure.None, result.Failure);
        Assert.Equal(Issuer, result.Issuer);
        Assert.Null(result.RetryAfter);
    }

    [Fact]
    public async Task A_token_without_identifier_and_session_is_still_denied_by_subject()
    {
        await _validator.Denylist.AddAsync(TokenDenial.OfSubject(Issuer, "f3b0c442", Now, Until), default);

        Assert.Equal(PulseTokenFailure.Denied, await _validator.FailureOfAsync(Token(("jti", null), ("sid", null))));
    }

    [Fact]
    public async Task Only_the_first_of_equal_denials_is_new_and_the_widest_counts()
    {
        var denylist = _validator.Denylist;
        Assert.True(await denylist.AddAsync(TokenDenial.OfSubject(Issuer, "f3b0c442", Now, Now.AddSeconds(10)), default));
        Assert.False(await denylist.AddAsync(TokenDenial.OfSubject(Issuer, "f3b0c442", Now.AddDays(-1), Now.AddSeconds(5)), default));
        Assert.Equal(PulseTokenFailure.Denied, await _validator.FailureOfAsync(Token()));

        Assert.False(await denylist.AddAsync(TokenDenial.OfSubject(Issuer, "f3b0c442", Now.AddDays(-1), Now.AddSeconds(20)), default));
        _validator.Time.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal(PulseTokenFailure.Denied, await _validator.FailureOfAsync(Token()));
        _validator.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(PulseTokenFailure.None, await _validator.FailureOfAsync(Token()));
        Assert.True(await denylist.AddAsync(TokenDenial.OfSubject(Issuer, "f3b0c442", Now, Now.AddSeconds(21)), default));
    }

    [Fact]
    public async Task A_full_list_forgets_what_has_expired_and_nothing_else()
    {
        var denylist = _validator.Denylist;
        await denylist.AddAsync(TokenDenial.OfToken(Issuer, "short", Now.AddSeconds(1)), default);
        for (var i = 1; i < MemoryTokenDenylist.Capacity; i++)
        {
            await denylist.AddAsync(TokenDenial.OfToken(Issuer, $"t{i}", Until), default);
        }

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await denylist.AddAsync(TokenDenial.OfToken(Issuer, "onrtac:2e9c", Until), default));
        Assert.Equal(PulseTokenFailure.None, await _validator.FailureOfAsync(Token()));
        Assert.False(await denylist.AddAsync(TokenDenial.OfToken(Issuer, "t1", Until), default));

        _validator.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await denylist.AddAsync(TokenDenial.OfToken(Issuer, "onrtac:2e9c", Until), default));
        Assert.Equal(PulseTokenFailure.Denied, await _validator.FailureOfAsync(Token()));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await denylist.AddAsync(TokenDenial.OfToken(Issuer, "one more", Until), default));
    }

    [Fact]
    public async Task A_denylist_that_throws_refuses_the_token_as_unavailable()
    {
        var validator = new TestValidator(denylist: new BrokenDenylist(() => throw new TimeoutException("store")));
        using var validations = new MetricCollector<long>(validator.Meters, AuthMetrics.MeterName, "pulse.auth.token.validations");

        var result = await validator.ValidateAsync(Token());

        Assert.Equal((PulseTokenFailure.DenylistUnavailable, Issuer, TimeSpan.FromSeconds(1)), (result.Failure, result.Issuer, result.RetryAfter));
        Assert.False(result.Succeeded);
        Assert.Equal("DenylistUnavailable", Assert.Single(validations.GetMeasurementSnapshot()).Tags["reason"]);
        Assert.Equal((1004, LogLevel.Error), (validator.DenylistLog.LatestRecord.Id.Id, validator.DenylistLog.LatestRecord.Level));
        Assert.Equal(PulseTokenFailure.Expired, await validator.FailureOfAsync(Token(("exp", $"{Seconds(-31)}"), ("iat", $"{Seconds(-60)}"))));
    }

    [Fact]
    public async Task A_cancellation_of_the_denylists_own_is_no_answer_and_one_of_the_caller_is_the_callers()
    {
        var validator = new TestValidator(denylist: new BrokenDenylist(() => throw new OperationCanceledException()));
        Assert.Equal(PulseTokenFailure.DenylistUnavailable, await validator.FailureOfAsync(Token()));

        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await validator.Validator.ValidateAsync(Token(), gone.Token));
    }

    [Fact]
    public async Task The_denylist_is_asked_about_accepted_tokens_alone()
    {
        var asked = 0;
        var validator = new TestValidator(denylist: new BrokenDenylist(() => ++asked > 1));

        Assert.Equal(PulseTokenFailure.SignatureInvalid, await validator.FailureOfAsync(Token()[..^8] + "AAAAAAAA"));
        Assert.Equal(0, asked);
        Assert.Equal(PulseTokenFailure.None, await validator.FailureOfAsync(Token()));
        Assert.Equal(PulseTokenFailure.Denied, await validator.FailureOfAsync(Token()));
    }

    [Fact]
    public async Task Misuse_is_an_exception()
    {
        Assert.Throws<ArgumentException>(() => TokenDenial.OfToken("", "x", Until));
        Assert.Throws<ArgumentException>(() => TokenDenial.OfSession(Issuer, "", Until));
        await Assert.ThrowsAsync<ArgumentNullException>(async () => await _validator.Denylist.AddAsync(null!, default));
        await Assert.ThrowsAsync<ArgumentNullException>(async () => await _validator.Denylist.IsDeniedAsync(null!, default));
    }

    private sealed class BrokenDenylist(Func<bool> answer) : ITokenDenylist
    {
        public ValueTask<bool> AddAsync(TokenDenial denial, CancellationToken cancellationToken) => ValueTask.FromResult(true);

        public ValueTask<bool> IsDeniedAsync(VerifiedToken token, CancellationToken cancellationToken) => ValueTask.FromResult(answer());
    }
}
