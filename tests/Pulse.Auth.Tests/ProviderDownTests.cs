namespace Pulse.Auth.Tests;

/// <summary>Ten minutes without the provider on a simulated clock, second by second.</summary>
public sealed class ProviderDownTests
{
    private const string NewHeader = """{"alg":"RS256","typ":"JWT","kid":"new"}""";
    private const int MostFetches = 25;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly TestValidator _validator = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task D4_Ten_minutes_without_provider_cost_few_fetches_and_no_known_key_waits(bool background)
    {
        var known = TokenForge.Token(("exp", TokenForge.Seconds(3600).ToString(System.Globalization.CultureInfo.InvariantCulture)));
        var unknown = TokenForge.Sign(
            TokenForge.Payload(("exp", TokenForge.Seconds(3600).ToString(System.Globalization.CultureInfo.InvariantCulture))), NewHeader);
        Assert.Equal(PulseTokenFailure.None, await _validator.FailureOfAsync(known));
        using var service = new KeyRefreshService(_validator.Issuers, _validator.Time);
        if (background)
        {
            await service.StartAsync(CancellationToken.None);
        }

        var before = _validator.Documents.Fetches;
        _validator.Documents.Problem = KeySetProblem.Unreachable;

        for (var second = 0; second < 600; second++)
        {
            _validator.Time.Advance(Second);
            var answer = _validator.ValidateAsync(known);
            Assert.True(answer.IsCompletedSuccessfully);
            Assert.True((await answer).Succeeded);
            Assert.Equal(PulseTokenFailure.KeysUnavailable, await _validator.FailureOfAsync(unknown));
        }

        Assert.InRange(_validator.Documents.Fetches - before, 10, MostFetches);
        await ReturnAsync(unknown);
        await service.StopAsync(CancellationToken.None);
    }

    // One backoff step is a minute at most; jitter may add a tenth.
    private async Task ReturnAsync(string unknown)
    {
        _validator.Documents.Problem = KeySetProblem.None;
        _validator.Documents.Jwks = TestKeys.Set(TestKeys.Jwk(TestKeys.Rsa), TestKeys.Jwk(TestKeys.Rsa, "new"));
        var seconds = 0;
        while (await _validator.FailureOfAsync(unknown) != PulseTokenFailure.None && seconds <= 66)
        {
            _validator.Time.Advance(Second);
            seconds++;
        }

        Assert.InRange(seconds, 0, 66);
    }
}
