using static Pulse.Auth.Tests.TokenForge;

namespace Pulse.Auth.Tests;

public sealed class IssuerKeysTests
{
    private const string NewHeader = """{"alg":"RS256","typ":"JWT","kid":"new"}""";
    private readonly TestValidator _validator = new();

    [Fact]
    public async Task The_first_token_waits_for_the_keys_and_later_ones_do_not()
    {
        Assert.Equal(PulseTokenFailure.None, await _validator.FailureOfAsync(LongLived()));
        Assert.Equal(PulseTokenFailure.None, await _validator.FailureOfAsync(LongLived()));

        Assert.Equal(1, _validator.Documents.Fetches);
        Assert.Equal(
            ["https://id.example/realms/pulse/.well-known/openid-configuration", "https://id.example/realms/pulse/certs"],
            _validator.Documents.Addresses.Select(address => address.AbsoluteUri));
    }

    [Fact]
    public async Task Twenty_first_tokens_share_one_fetch()
    {
        _validator.Documents.Hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var waiting = Enumerable.Range(0, 20).Select(_ => _validator.FailureOfAsync(LongLived())).ToList();

        _validator.Documents.Hold.SetResult();

        Assert.All(await Task.WhenAll(waiting), failure => Assert.Equal(PulseTokenFailure.None, failure));
        Assert.Equal(1, _validator.Documents.Fetches);
    }

    [Fact]
    public async Task Two_background_refreshes_share_one_fetch()
    {
        _validator.Documents.Hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var first = _validator.Keys.RefreshAsync(CancellationToken.None);
        var second = _validator.Keys.RefreshAsync(CancellationToken.None);
        _validator.Documents.Hold.SetResult();

        Assert.True(await first);
        Assert.True(await second);
        Assert.Equal(1, _validator.Documents.Fetches);
    }

    [Fact]
    public async Task A_fetch_ends_with_its_owner()
    {
        _validator.Documents.Hold = new TaskCompletionSource();
        var hanging = _validator.Keys.RefreshAsync(CancellationToken.None);
        while (_validator.Documents.Addresses.Count < 2)
        {
            await Task.Yield();
        }

        _validator.Issuers.Dispose();

        Assert.False(await hanging.WaitAsync(TimeSpan.FromMinutes(1)));
        _validator.Time.Advance(TimeSpan.FromSeconds(2));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => _validator.Keys.RefreshAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_pause_that_is_over_leaves_no_time_to_wait()
    {
        _validator.Documents.Problem = KeySetProblem.Unreachable;
        await _validator.Keys.RefreshAsync(CancellationToken.None);
        _validator.Time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(TimeSpan.Zero, _validator.Keys.NextRefresh);
    }

    [Fact]
    public void D1_Permits_are_two_in_any_thirty_seconds_for_ever()
    {
        var permits = new UnknownKeyPermits(_validator.Time);
        for (var period = 0; period < 3; period++)
        {
            Assert.True(permits.TryTake());
            Assert.True(permits.TryTake());
            Assert.False(permits.TryTake());
            _validator.Time.Advance(TimeSpan.FromSeconds(30));
        }
    }

    [Fact]
    public async Task A_caller_that_stops_waiting_does_not_stop_the_fetch()
    {
        _validator.Documents.Hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var impatient = new CancellationTokenSource();
        var cancelled = _validator.Validator.ValidateAsync(LongLived(), impatient.Token).AsTask();
        var patient = _validator.FailureOfAsync(LongLived());

        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        _validator.Documents.Hold.SetResult();

        Assert.Equal(PulseTokenFailure.None, await patient);
    }

    [Fact]
    public async Task A_token_by_a_key_published_a_moment_ago_is_accepted()
    {
        await _validator.ValidateAsync(LongLived());
        _validator.Documents.Jwks = TestKeys.Set(TestKeys.Jwk(TestKeys.Rsa), TestKeys.Jwk(TestKeys.Rsa, "new"));

        Assert.Equal(PulseTokenFailure.None, await _validator.FailureOfAsync(LongLived(NewHeader)));
        Assert.Equal(2, _validator.Documents.Fetches);
    }

    [Fact]
    public async Task A_withdrawn_key_is_refused_after_a_refresh()
    {
        await _validator.ValidateAsync(LongLived());
        _validator.Documents.Jwks = TestKeys.Set(TestKeys.Jwk(TestKeys.OtherRsa, "new"));

        Assert.True(await _validator.Keys.RefreshAsync(CancellationToken.None));

        Assert.Equal(PulseTokenFailure.KeyUnknown, await _validator.FailureOfAsync(LongLived()));
    }

    [Fact]
    public async Task D1_A_flood_of_unknown_keys_causes_two_fetches_in_thirty_seconds()
    {
        await _validator.ValidateAsync(LongLived());
        for (var i = 0; i < 50; i++)
        {
            Assert.Equal(PulseTokenFailure.KeyUnknown, await _validator.FailureOfAsync(LongLived($$"""{"alg":"RS256","typ":"JWT","kid":"k{{i}}"}""")));
        }

        Assert.Equal(3, _validator.Documents.Fetches);
        _validator.Time.Advance(TimeSpan.FromSeconds(29.999));
        await _validator.FailureOfAsync(LongLived(NewHeader));
        Assert.Equal(3, _validator.Documents.Fetches);

        _validator.Time.Advance(TimeSpan.FromSeconds(0.001));
        await _validator.FailureOfAsync(LongLived(NewHeader));
        Assert.Equal(4, _validator.Documents.Fetches);
    }

    [Fact]
    public async Task D2_A_real_rotation_after_a_flood_is_seen_within_thirty_seconds()
    {
        await _validator.ValidateAsync(LongLived());
        await _validator.FailureOfAsync(LongLived("""{"alg":"RS256","typ":"JWT","kid":"a"}"""));
        await _validator.FailureOfAsync(LongLived("""{"alg":"RS256","typ":"JWT","kid":"b"}"""));
        _validator.Documents.Jwks = TestKeys.Set(TestKeys.Jwk(TestKeys.Rsa, "new"));
        Assert.Equal(PulseTokenFailure.KeyUnknown, await _validator.FailureOfAsync(LongLived(NewHeader)));

        _validator.Time.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(PulseTokenFailure.None, await _validator.FailureOfAsync(LongLived(NewHeader)));
    }

    [Theory]
    [InlineData("aud", "\"other\"")]
    [InlineData("exp", "1")]
    [InlineData("typ", "\"ID\"")]
    [InlineData("iss", "\"https://evil.example\"")]
    [InlineData("nbf", "253402300799")]
    [InlineData("sub", "\"\"")]
    [InlineData("cnf", "{\"jkt\":\"x\"}")]
    [InlineData("tenant_id", "[]")]
    [InlineData("realm_access", "{\"roles\":[\"operator\"]}")]
    public async Task D2_A_token_that_fails_a_cheap_check_causes_no_fetch(string claim, string value)
    {
        await _validator.FailureOfAsync(Sign(Payload((claim, value)), NewHeader));

        Assert.Equal(0, _validator.Documents.Fetches);
    }

    [Theory]
    [InlineData("""{"alg":"PS256","typ":"JWT","kid":"new"}""", 0)]
    [InlineData("""{"alg":"none","typ":"JWT","kid":"new"}""", 0)]
    [InlineData("""{"alg":"RS256","typ":"JWT","kid":"a b"}""", 0)]
    [InlineData("""{"alg":"RS256","typ":"JWT"}""", 0)]
    [InlineData("""{"alg":"RS256","typ":"logout+jwt","kid":"new"}""", 0)]
    [InlineData("""{"alg":"RS256","typ":"JWT","kid":"new"}""", 10_000)]
    public async Task D2_A_token_of_a_wrong_header_or_size_causes_no_fetch(string header, int padding)
    {
        await _validator.FailureOfAsync(Sign(Payload(("x", $"\"{new string('x', padding)}\"")), header));

        Assert.Equal(0, _validator.Documents.Fetches);
    }

    [Fact]
    public async Task D5_An_unknown_key_while_the_provider_is_down_is_unavailable_not_unknown()
    {
        await _validator.ValidateAsync(LongLived());
        _validator.Documents.Problem = KeySetProblem.Unreachable;

        var result = await _validator.ValidateAsync(LongLived(NewHeader));

        Assert.Equal(PulseTokenFailure.KeysUnavailable, result.Failure);
        Assert.Equal(Issuer, result.Issuer);
        Assert.InRange(result.RetryAfter!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1.1));
        Assert.Equal(PulseTokenFailure.None, await _validator.FailureOfAsync(LongLived()));
    }

    [Fact]
    public async Task D4_Pauses_grow_from_one_second_to_one_minute_and_end_with_a_success()
    {
        _validator.Documents.Problem = KeySetProblem.Unreachable;
        foreach (var seconds in new[] { 1, 2, 4, 8, 16, 32, 60, 60 })
        {
            var before = _validator.Documents.Fetches;
            var result = await _validator.ValidateAsync(LongLived());
            Assert.Equal(before + 1, _validator.Documents.Fetches);
            Assert.Equal(PulseTokenFailure.KeysUnavailable, result.Failure);
            var pause = _validator.Keys.NextRefresh;
            Assert.InRange(pause, TimeSpan.FromSeconds(0.9 * seconds), TimeSpan.FromSeconds(1.1 * seconds));
            Assert.Equal(pause > TimeSpan.FromSeconds(1) ? pause : TimeSpan.FromSeconds(1), result.RetryAfter);

            _validator.Time.Advance(pause - TimeSpan.FromMilliseconds(1));
            Assert.Equal(TimeSpan.FromMilliseconds(1), _validator.Keys.NextRefresh);
            Assert.Equal(TimeSpan.FromSeconds(1), (await _validator.ValidateAsync(LongLived())).RetryAfter);
            Assert.False(await _validator.Keys.RefreshAsync(CancellationToken.None));
            Assert.Equal(before + 1, _validator.Documents.Fetches);
            _validator.Time.Advance(TimeSpan.FromMilliseconds(1));
        }

        _validator.Documents.Problem = KeySetProblem.None;
        Assert.Equal(PulseTokenFailure.None, await _validator.FailureOfAsync(LongLived()));
        _validator.Documents.Problem = KeySetProblem.Unreachable;
        await _validator.ValidateAsync(LongLived(NewHeader));
        Assert.InRange(_validator.Keys.NextRefresh, TimeSpan.FromSeconds(0.9), TimeSpan.FromSeconds(1.1));
    }

    [Fact]
    public void D4_Pauses_are_spread_so_that_replicas_do_not_come_back_together()
    {
        var pauses = Enumerable.Range(0, 100).Select(_ =>
        {
            var pause = new FailurePause(_validator.Time);
            pause.Begin();
            return pause.Left;
        }).ToList();

        Assert.All(pauses, pause => Assert.InRange(pause, TimeSpan.FromSeconds(0.9), TimeSpan.FromSeconds(1.1)));
        Assert.True(pauses.Distinct().Count() > 10);
    }

    [Fact]
    public async Task A_timer_is_never_set_to_end_before_the_pause_does()
    {
        _validator.Documents.Problem = KeySetProblem.Unreachable;
        await _validator.Keys.RefreshAsync(CancellationToken.None);
        _validator.Time.Advance(TimeSpan.FromTicks(1));

        var due = _validator.Keys.NextRefresh;

        Assert.Equal(0, due.Ticks % TimeSpan.TicksPerMillisecond);
        _validator.Documents.Problem = KeySetProblem.None;
        _validator.Time.Advance(due);
        Assert.True(await _validator.Keys.RefreshAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Keys_are_used_for_an_hour_without_the_provider_and_no_longer()
    {
        await _validator.ValidateAsync(LongLived());
        _validator.Documents.Problem = KeySetProblem.Unreachable;

        _validator.Time.Advance(TimeSpan.FromHours(1) - TimeSpan.FromTicks(1));
        Assert.Equal(PulseTokenFailure.None, await _validator.FailureOfAsync(LongLived()));

        _validator.Time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(PulseTokenFailure.KeysUnavailable, await _validator.FailureOfAsync(LongLived()));

        _validator.Documents.Problem = KeySetProblem.None;
        _validator.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(PulseTokenFailure.None, await _validator.FailureOfAsync(LongLived()));
    }

    [Fact]
    public async Task The_background_refresh_is_due_in_the_interval_give_or_take_a_tenth()
    {
        await _validator.Keys.RefreshAsync(CancellationToken.None);

        var due = Enumerable.Range(0, 200).Select(_ => _validator.Keys.NextRefresh).ToList();

        Assert.All(due, time => Assert.InRange(time, TimeSpan.FromSeconds(270), TimeSpan.FromSeconds(330)));
        Assert.True(due.Distinct().Count() > 10);
    }

    [Fact]
    public async Task The_background_refresh_keeps_keys_fresh_by_itself()
    {
        using var service = new KeyRefreshService(_validator.Issuers, _validator.Time);
        await service.StartAsync(CancellationToken.None);
        while (_validator.Keys.Current is null)
        {
            await Task.Yield();
        }

        while (_validator.Documents.Fetches < 2)
        {
            _validator.Time.Advance(TimeSpan.FromSeconds(330));
            await Task.Yield();
        }

        await service.StopAsync(CancellationToken.None);
    }
}
