namespace Pulse.Mqtt.Tests.RateLimiting;

public sealed class GcraLimiterTests
{
    private const long Second = TimeSpan.TicksPerSecond;

    [Fact]
    public void A_burst_is_allowed_and_no_more()
    {
        var limiter = new GcraLimiter<string>(perSecond: 5, burst: 3, capacity: 10);

        Assert.Equal([true, true, true, false], Enumerable.Range(0, 4).Select(_ => limiter.TryAcquire("a", 0)));
    }

    [Fact]
    public void A_token_comes_back_after_its_interval_to_the_tick()
    {
        var limiter = new GcraLimiter<string>(perSecond: 5, burst: 1, capacity: 10);
        Assert.True(limiter.TryAcquire("a", 0));

        Assert.False(limiter.TryAcquire("a", (Second / 5) - 1));
        Assert.True(limiter.TryAcquire("a", Second / 5));
    }

    [Fact]
    public void Waiting_long_gives_a_burst_and_no_more()
    {
        var limiter = new GcraLimiter<string>(perSecond: 1, burst: 2, capacity: 10);
        limiter.TryAcquire("a", 0);

        Assert.Equal([true, true, false], Enumerable.Range(0, 3).Select(_ => limiter.TryAcquire("a", 100 * Second)));
    }

    [Fact]
    public void A_refusal_costs_nothing()
    {
        var limiter = new GcraLimiter<string>(perSecond: 1, burst: 1, capacity: 10);
        limiter.TryAcquire("a", 0);
        for (var i = 0; i < 10; i++)
        {
            Assert.False(limiter.TryAcquire("a", 1));
        }

        Assert.True(limiter.TryAcquire("a", Second));
    }

    [Fact]
    public void Keys_do_not_share()
    {
        var limiter = new GcraLimiter<string>(perSecond: 1, burst: 1, capacity: 10);

        Assert.True(limiter.TryAcquire("a", 0));
        Assert.True(limiter.TryAcquire("b", 0));
    }

    [Fact]
    public void The_table_is_bounded_and_forgets_full_buckets_only()
    {
        var limiter = new GcraLimiter<string>(perSecond: 1, burst: 1, capacity: 2);
        Assert.True(limiter.TryAcquire("a", 0));
        Assert.True(limiter.TryAcquire("b", Second / 2));

        Assert.False(limiter.TryAcquire("c", Second - 1));
        Assert.True(limiter.TryAcquire("c", Second));
        Assert.Equal(2, limiter.Count);
        Assert.False(limiter.TryAcquire("b", Second));
    }

    [Fact]
    public async Task Threads_together_get_one_burst()
    {
        var limiter = new GcraLimiter<string>(perSecond: 1, burst: 100, capacity: 10);

        var taken = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Enumerable.Range(0, 100).Count(_ => limiter.TryAcquire("a", 0)))));

        Assert.Equal(100, taken.Sum());
    }
}
