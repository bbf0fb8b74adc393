namespace Pulse.Certs.Tests;

public class RevocationRefresherTests
{
    private readonly Harness _harness = new();

    [Fact]
    public async Task Reads_the_list_when_the_host_starts()
    {
        var issued = await _harness.IssueAsync(Harness.Device());
        await _harness.Authority.RevokeAsync(Harness.Device(), issued.SerialNumber, RevocationReason.Superseded);
        _harness.Time.Advance(TimeSpan.FromMinutes(6));
        Assert.False(_harness.View.IsFresh);

        await _harness.Refresher.StartAsync(CancellationToken.None);

        Assert.True(_harness.View.IsFresh);
        Assert.True(_harness.View.IsRevoked(issued.SerialNumber));
        await _harness.Refresher.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Starts_without_a_store_and_says_so()
    {
        var harness = new Harness();
        using var failures = Metrics.Collect<long>(harness, "pulse.certs.revocation.failures");
        harness.Store.Failure = new InvalidOperationException("no database");
        harness.Time.Advance(TimeSpan.FromMinutes(6));

        await harness.Refresher.StartAsync(CancellationToken.None);

        Assert.False(harness.View.IsFresh);
        Assert.Single(failures.GetMeasurementSnapshot());
        var record = Assert.Single(harness.Logs.GetSnapshot(), record => record.Id.Id == 4020);
        Assert.Same(harness.Store.Failure, record.Exception);
        await harness.Refresher.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Reads_again_after_the_refresh_time_and_sooner_after_a_failure()
    {
        var interval = TimeSpan.FromSeconds(30);
        await _harness.Refresher.StartAsync(CancellationToken.None);
        Assert.Equal(interval, await _harness.Time.NextPauseAsync());
        Assert.Equal(1, Reads());

        _harness.Time.Advance(interval);
        Assert.Equal(interval, await _harness.Time.NextPauseAsync());
        Assert.Equal(2, Reads());

        _harness.Store.Failure = new InvalidOperationException("no database");
        _harness.Time.Advance(interval);
        Assert.Equal(RevocationRefresher.RetryAfter, await _harness.Time.NextPauseAsync());
        Assert.Equal(3, Reads());

        _harness.Store.Failure = null;
        _harness.Time.Advance(RevocationRefresher.RetryAfter);
        Assert.Equal(interval, await _harness.Time.NextPauseAsync());
        Assert.Equal(4, Reads());
        await _harness.Refresher.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Stops_when_it_is_cancelled()
    {
        _harness.Store.Failure = new OperationCanceledException();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _harness.Refresher.RefreshAsync(new CancellationToken(canceled: true)));
        Assert.False(await _harness.Refresher.RefreshAsync(CancellationToken.None));
    }

    private int Reads() => _harness.Logs.GetSnapshot().Count(record => record.Id.Id is 4020 or 4021);
}
