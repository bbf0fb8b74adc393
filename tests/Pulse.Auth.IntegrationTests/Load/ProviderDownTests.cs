using System.Net;
using Pulse.Auth.IntegrationTests.Providers;

namespace Pulse.Auth.IntegrationTests.Load;

/// <summary>A provider that drops every connection, over real sockets and real time.</summary>
public sealed class ProviderDownTests : IAsyncLifetime
{
    private RotatingProvider _provider = null!;

    public async Task InitializeAsync() => _provider = await RotatingProvider.StartAsync();

    public async Task DisposeAsync() => await _provider.DisposeAsync();

    // After failures at 0, 1 and 3 s the next fetch is due at 7 s at the latest.
    [Fact]
    public Task D4_Five_seconds_without_provider_make_no_request_wait() =>
        StayDownAsync(TimeSpan.FromSeconds(5), mostFetches: 5, oneStep: TimeSpan.FromSeconds(6));

    // Failures at 0, 1, 3, 7, 15, 31 s: the next fetch is due at 63 s, and jitter may add to it.
    [Fact]
    [Trait("Category", "Soak")]
    public Task D4_A_minute_without_provider_makes_no_request_wait() =>
        StayDownAsync(TimeSpan.FromMinutes(1), mostFetches: 25, oneStep: TimeSpan.FromSeconds(70));

    private async Task StayDownAsync(TimeSpan duration, int mostFetches, TimeSpan oneStep)
    {
        await using var app = await ProviderApp.StartAsync(_provider.Issuer, configure: options => options.Issuers[0].Algorithms = PulseJwtAlgorithms.ES256);
        var known = _provider.Token();
        Assert.Equal(HttpStatusCode.OK, await app.StatusAsync(known));
        _provider.Rotate();
        var unknown = _provider.Token();
        var before = _provider.Fetches.Count;
        _provider.Down = true;

        var time = TimeProvider.System;
        var started = time.GetTimestamp();
        var slowest = TimeSpan.Zero;
        while (time.GetElapsedTime(started) < duration)
        {
            var asked = time.GetTimestamp();
            Assert.Equal(HttpStatusCode.OK, await app.StatusAsync(known));
            Assert.Equal(HttpStatusCode.ServiceUnavailable, await app.StatusAsync(unknown));
            var waited = time.GetElapsedTime(asked);
            slowest = waited > slowest ? waited : slowest;
            await Task.Delay(20);
        }

        // Far below any pause and any timeout, and far above what two answers take.
        Assert.InRange(slowest, TimeSpan.Zero, TimeSpan.FromSeconds(2));
        Assert.InRange(_provider.Fetches.Count - before, 1, mostFetches);

        _provider.Down = false;
        var returned = time.GetTimestamp();
        while (await app.StatusAsync(unknown) != HttpStatusCode.OK && time.GetElapsedTime(returned) < oneStep)
        {
            await Task.Delay(50);
        }

        Assert.Equal(HttpStatusCode.OK, await app.StatusAsync(unknown));
    }
}
