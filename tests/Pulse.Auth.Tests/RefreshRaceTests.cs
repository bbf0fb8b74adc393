using Microsoft.Extensions.Options;
using static Pulse.Auth.Tests.TokenForge;

namespace Pulse.Auth.Tests;

/// <summary>Requests that judged with keys which another's fetch has replaced meanwhile.</summary>
public sealed class RefreshRaceTests
{
    private readonly InterruptingClock _clock = new();
    private readonly TestValidator _validator;

    public RefreshRaceTests() => _validator = new TestValidator(time: _clock);

    [Fact]
    public async Task A_request_that_loses_to_anothers_completed_fetch_looks_again()
    {
        await _validator.ValidateAsync(LongLived());
        await _validator.ValidateAsync(LongLived(HeaderOf("a")));
        await _validator.ValidateAsync(LongLived(HeaderOf("b")));
        _validator.Documents.Jwks = TestKeys.Set(TestKeys.Jwk(TestKeys.Rsa, "new"));

        // The request has read the old snapshot when another's fetch ends; no permit is left for one of its own.
        FetchAtNextRead();

        Assert.Equal(PulseTokenFailure.None, await _validator.FailureOfAsync(LongLived(HeaderOf("new"))));
        Assert.Null(_clock.Interruption);
        Assert.Equal(4, _validator.Documents.Fetches);
    }

    [Fact]
    public async Task A_request_that_loses_to_anothers_completed_fetch_spends_no_permit()
    {
        await _validator.ValidateAsync(LongLived());
        FetchAtNextRead();

        Assert.Equal(PulseTokenFailure.KeyUnknown, await _validator.FailureOfAsync(LongLived(HeaderOf("a"))));
        Assert.Equal(2, _validator.Documents.Fetches);

        await _validator.ValidateAsync(LongLived(HeaderOf("b")));
        await _validator.ValidateAsync(LongLived(HeaderOf("c")));
        Assert.Equal(4, _validator.Documents.Fetches);
        await _validator.ValidateAsync(LongLived(HeaderOf("d")));
        Assert.Equal(4, _validator.Documents.Fetches);
    }

    [Fact]
    public async Task A_logout_token_that_loses_to_anothers_completed_fetch_spends_no_permit()
    {
        var login = Options.Create(new PulseBrowserLoginOptions { Issuer = Issuer, ClientId = "pulse-web" });
        var logout = new LogoutTokenValidator(_validator.Issuers, login, _clock);
        await _validator.ValidateAsync(LongLived());
        _validator.Documents.Jwks = TestKeys.Set(TestKeys.Jwk(TestKeys.Rsa, "new"));
        FetchAtNextRead();

        var (failure, _) = await logout.ValidateAsync(LogoutToken("new"), CancellationToken.None);
        Assert.Equal(LogoutTokenFailure.None, failure);
        Assert.Equal(2, _validator.Documents.Fetches);

        (failure, _) = await logout.ValidateAsync(LogoutToken("a"), CancellationToken.None);
        Assert.Equal(LogoutTokenFailure.SignatureInvalid, failure);
        Assert.Equal(3, _validator.Documents.Fetches);
    }

    [Fact]
    public async Task Only_a_newer_snapshot_answers_without_a_fetch()
    {
        Assert.Equal(KeyRefresh.Done, await _validator.Keys.RefreshForTokenAsync(new MissingKey("x", 0), CancellationToken.None));
        Assert.Equal(1, _validator.Documents.Fetches);

        Assert.Equal(KeyRefresh.Done, await _validator.Keys.RefreshForTokenAsync(new MissingKey("x", 0), CancellationToken.None));
        Assert.Equal(1, _validator.Documents.Fetches);

        Assert.Equal(KeyRefresh.Done, await _validator.Keys.RefreshForTokenAsync(new MissingKey("y", 1), CancellationToken.None));
        Assert.Equal(2, _validator.Documents.Fetches);
    }

    [Fact]
    public async Task A_newer_snapshot_answers_while_a_fetch_hangs_and_after_one_failed()
    {
        await _validator.Keys.RefreshAsync(CancellationToken.None);
        _validator.Documents.Hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var hanging = _validator.Keys.RefreshAsync(CancellationToken.None);

        Assert.Equal(KeyRefresh.Done, await _validator.Keys.RefreshForTokenAsync(new MissingKey("x", 0), CancellationToken.None));
        Assert.False(hanging.IsCompleted);

        _validator.Documents.Problem = KeySetProblem.Unreachable;
        _validator.Documents.Hold.SetResult();
        Assert.False(await hanging);
        Assert.Equal(KeyRefresh.Done, await _validator.Keys.RefreshForTokenAsync(new MissingKey("x", 0), CancellationToken.None));
        Assert.Equal(KeyRefresh.Failed, await _validator.Keys.RefreshForTokenAsync(new MissingKey("x", 1), CancellationToken.None));
    }

    [Fact]
    public async Task A_logout_token_by_a_key_nobody_knows_is_unavailable_while_the_provider_is_down()
    {
        var login = Options.Create(new PulseBrowserLoginOptions { Issuer = Issuer, ClientId = "pulse-web" });
        var logout = new LogoutTokenValidator(_validator.Issuers, login, _clock);
        await _validator.ValidateAsync(LongLived());
        _validator.Documents.Problem = KeySetProblem.Unreachable;

        Assert.Equal(LogoutTokenFailure.Unavailable, (await logout.ValidateAsync(LogoutToken("new"), CancellationToken.None)).Failure);
        Assert.Equal(LogoutTokenFailure.None, (await logout.ValidateAsync(LogoutToken("rsa"), CancellationToken.None)).Failure);
    }

    private static string HeaderOf(string keyId) => $$"""{"alg":"RS256","typ":"JWT","kid":"{{keyId}}"}""";

    private static string LogoutToken(string keyId) => Sign(
        $$$"""{"iss":"{{{Issuer}}}","aud":"pulse-web","iat":{{{Seconds(0)}}},"jti":"1","sid":"s1","events":{"http://schemas.openid.net/event/backchannel-logout":{} } }""",
        $$"""{"alg":"RS256","typ":"logout+jwt","kid":"{{keyId}}"}""");

    private void FetchAtNextRead() =>
        _clock.Interruption = () => _validator.Keys.RefreshAsync(CancellationToken.None).Wait();

    /// <summary>Lets something else happen when the clock is next read, which is when the age of a snapshot is looked at.</summary>
    private sealed class InterruptingClock : TimeProvider
    {
        public Action? Interruption { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;

        public override long GetTimestamp()
        {
            var interruption = Interruption;
            Interruption = null;
            interruption?.Invoke();
            return 0;
        }
    }
}
