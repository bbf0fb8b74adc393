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
        await _harness.Refresher.StartAsync(CancellationToken.None);
        Assert.Equal(1, Reads());
        await AdvanceAsync(TimeSpan.FromSeconds(29));
        Assert.Equal(1, Reads());
        await AdvanceAsync(TimeSpan.FromSeconds(1), until: 2);

        _harness.Store.Failure = new InvalidOperationException("no database");
        await AdvanceAsync(TimeSpan.FromSeconds(30), until: 3);
        _harness.Store.Failure = null;
        await AdvanceAsync(TimeSpan.FromSeconds(1), until: 4);
        await AdvanceAsync(TimeSpan.FromSeconds(1));
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

    /// <summary>Moves the clock and lets the loop, which runs on the pool, come round to its next wait.</summary>
    private async Task AdvanceAsync(TimeSpan time, int? until = null)
    {
        for (var round = 0; round < 50; round++)
        {
            await Task.Yield();
        }

        await Task.Delay(20);
        _harness.Time.Advance(time);
        for (var round = 0; until is not null && Reads() < until && round < 500; round++)
        {
            await Task.Delay(10);
        }

        Assert.Equal(until ?? Reads(), Reads());
    }
}
