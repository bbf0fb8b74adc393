using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Time.Testing;
using Pulse.Auth.IntegrationTests.Providers;

namespace Pulse.Auth.IntegrationTests.Load;

/// <summary>Keys that change while requests come in, over real HTTP.</summary>
public sealed class RotationUnderLoadTests : IAsyncLifetime
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(30);
    private RotatingProvider _provider = null!;

    public async Task InitializeAsync() => _provider = await RotatingProvider.StartAsync();

    public async Task DisposeAsync() => await _provider.DisposeAsync();

    [Fact]
    public Task No_valid_token_is_refused_while_the_key_changes() => RotateUnderLoadAsync(tokens: 1_500);

    [Fact]
    [Trait("Category", "Soak")]
    public Task Of_ten_thousand_valid_tokens_none_is_refused_while_the_key_changes() => RotateUnderLoadAsync(tokens: 10_000);

    [Fact]
    public async Task D1_D2_A_flood_of_random_keys_causes_few_fetches_and_hides_a_rotation_for_thirty_seconds_at_most()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var app = await StartAppAsync(time);
        var known = _provider.Token();
        Assert.Equal(HttpStatusCode.OK, await app.StatusAsync(known));

        using var flood = new Flood(app, _provider, perSecond: 300);
        await flood.SentAsync(300);
        _provider.Rotate();
        var rotated = _provider.Token();
        Assert.Equal(HttpStatusCode.Unauthorized, await app.StatusAsync(rotated));
        Assert.Equal(HttpStatusCode.OK, await app.StatusAsync(known));
        Assert.InRange(_provider.Fetches.Count, 2, 5);

        time.Advance(Window);
        await UntilAsync(async () => await app.StatusAsync(rotated) == HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.OK, await app.StatusAsync(rotated));
        Assert.InRange(_provider.Fetches.Count, 3, 5);
        Assert.Equal([HttpStatusCode.Unauthorized], await flood.StopAsync());
    }

    [Fact]
    [Trait("Category", "Soak")]
    public async Task D1_D2_Under_a_thousand_random_keys_a_second_five_fetches_in_thirty_seconds_and_a_rotation_is_seen()
    {
        await using var app = await StartAppAsync();
        var known = _provider.Token();
        Assert.Equal(HttpStatusCode.OK, await app.StatusAsync(known));

        var started = TimeProvider.System.GetTimestamp();
        using var flood = new Flood(app, _provider, perSecond: 1_000);
        await Task.Delay(TimeSpan.FromSeconds(10));
        _provider.Rotate();
        var rotatedAt = TimeProvider.System.GetTimestamp();
        var rotated = _provider.Token();
        await UntilAsync(async () => await app.StatusAsync(rotated) == HttpStatusCode.OK, attempts: 400);
        var hidden = TimeProvider.System.GetElapsedTime(rotatedAt);
        Assert.Equal(HttpStatusCode.OK, await app.StatusAsync(rotated));
        Assert.InRange(hidden, TimeSpan.Zero, Window);

        while (TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(45))
        {
            Assert.Equal(HttpStatusCode.OK, await app.StatusAsync(known));
            await Task.Delay(100);
        }

        Assert.Equal([HttpStatusCode.Unauthorized], await flood.StopAsync());
        Assert.True(flood.Sent >= 0.9 * 1_000 * TimeProvider.System.GetElapsedTime(started).TotalSeconds, $"Only {flood.Sent} tokens were sent.");
        var fetches = _provider.Fetches;
        Assert.All(fetches, first => Assert.InRange(
            fetches.Count(fetch => fetch >= first && TimeProvider.System.GetElapsedTime(first, fetch) < Window), 1, 5));
    }

    private async Task RotateUnderLoadAsync(int tokens)
    {
        await using var app = await StartAppAsync();
        Assert.Equal(HttpStatusCode.OK, await app.StatusAsync(_provider.Token()));
        var refused = new ConcurrentQueue<HttpStatusCode>();
        var sent = 0;

        await Task.WhenAll(Enumerable.Range(0, 16).Select(async _ =>
        {
            for (var number = Interlocked.Increment(ref sent); number <= tokens; number = Interlocked.Increment(ref sent))
            {
                if (number == tokens / 2)
                {
                    _provider.Rotate();
                }

                var status = await app.StatusAsync(_provider.Token());
                if (status != HttpStatusCode.OK)
                {
                    refused.Enqueue(status);
                }
            }
        }));

        Assert.Empty(refused);
        Assert.InRange(_provider.Fetches.Count, 2, 3);
    }

    private Task<ProviderApp> StartAppAsync(TimeProvider? time = null) =>
        ProviderApp.StartAsync(_provider.Issuer, time, options => options.Issuers[0].Algorithms = PulseJwtAlgorithms.ES256);

    private static async Task UntilAsync(Func<Task<bool>> condition, int attempts = 100)
    {
        for (var i = 0; i < attempts && !await condition(); i++)
        {
            await Task.Delay(100);
        }
    }
}
