using Pulse.Auth.IntegrationTests.Load;

namespace Pulse.Auth.IntegrationTests.SideBySide;

/// <summary>What both sides make of the provider's keys: rotated, withdrawn, out of reach.</summary>
public sealed class KeyComparisonTests : IAsyncLifetime
{
    private readonly BothSides _both = new();

    public Task InitializeAsync() => _both.InitializeAsync();

    public Task DisposeAsync() => _both.DisposeAsync();

    [Fact]
    public async Task The_first_token_of_a_new_key_is_accepted_or_not()
    {
        // JwtBearer fetches behind the request's back: a provider that answers at once may or may not beat it.
        _both.Provider.JwksDelay = TimeSpan.FromSeconds(2);
        _both.Provider.Rotate();
        var token = _both.Provider.AccessToken();

        Assert.Equal((200, 401), (await _both.Ours.StatusAsync(token), await _both.Theirs.StatusAsync(token)));
        Comparison.AssertRow("the first token of a new key", "200", "401");
    }

    [Fact]
    public async Task A_token_of_a_withdrawn_key_is_refused_or_not_once_the_new_set_is_known()
    {
        var withdrawn = _both.Provider.AccessToken();
        _both.Provider.Rotate();
        await EventuallyAsync(_both.Ours);
        await EventuallyAsync(_both.Theirs);

        Assert.Equal((401, 200), (await _both.Ours.StatusAsync(withdrawn), await _both.Theirs.StatusAsync(withdrawn)));
        Comparison.AssertRow("a token of a withdrawn key, the new set known", "401", "200");
    }

    [Fact]
    public async Task A_provider_that_is_down_at_the_start_is_asked_as_often_as_the_comparison_says()
    {
        await using var ourProvider = await RotatingProvider.StartAsync();
        await using var theirProvider = await RotatingProvider.StartAsync();
        (ourProvider.Down, theirProvider.Down) = (true, true);
        await using var ours = await Side.OursAsync(ourProvider.Issuer, PulseJwtAlgorithms.ES256);
        await using var theirs = await Side.TheirsAsync(theirProvider.Issuer);

        for (var i = 0; i < 50; i++)
        {
            Assert.Equal((i, 503, 401), (i, await ours.StatusAsync(ourProvider.Token()), await theirs.StatusAsync(theirProvider.Token())));
        }

        // Pauses of 1, 2, 4, 8 s: ten fetches would be minutes.
        Assert.InRange(ourProvider.Fetches.Count, 1, 10);
        Assert.InRange(theirProvider.Fetches.Count, 50, 1000);
        Comparison.AssertRow("50 requests while the provider is down from the start", "503, a few fetches (1 s to 60 s apart)", "401, at least 50 fetches");
    }

    private async Task EventuallyAsync(Side side)
    {
        for (var i = 0; i < 300 && await side.StatusAsync(_both.Provider.AccessToken()) != 200; i++)
        {
            await Task.Delay(100);
        }

        Assert.Equal(200, await side.StatusAsync(_both.Provider.AccessToken()));
    }
}
