namespace Pulse.Certs.Tests;

public class ExpiryWorkerTests
{
    private readonly EventRecorder _events = new();
    private readonly Harness _harness;

    public ExpiryWorkerTests() => _harness = new Harness(events: [_events]);

    [Fact]
    public async Task Announces_each_threshold_once()
    {
        using var expiring = Metrics.Collect<long>(_harness, "pulse.certs.expiring");
        var issued = await _harness.IssueAsync(Harness.Device());

        foreach (var day in Enumerable.Range(1, 90))
        {
            await AnnounceAsync(issued.NotAfter.AddDays(day - 90));
            await AnnounceAsync(issued.NotAfter.AddDays(day - 90));
        }

        Assert.Equal(["30d", "14d", "7d", "3d", "1d"], _events.Expiring.Select(notice => notice.Threshold));
        Assert.All(_events.Expiring, notice => Assert.Equal(
            (Harness.Device(), issued.SerialNumber, issued.NotAfter), (notice.Device, notice.SerialNumber, notice.NotAfter)));
        Assert.Equal(5, expiring.GetMeasurementSnapshot().Count);
        Assert.Equal(5, _harness.Logs.GetSnapshot().Count(record => record.Id.Id == 4040));
    }

    [Fact]
    public async Task Announces_the_most_urgent_alone_when_it_comes_late()
    {
        var issued = await _harness.IssueAsync(Harness.Device());

        await AnnounceAsync(issued.NotAfter.AddDays(-5));
        await AnnounceAsync(issued.NotAfter.AddDays(-4));

        Assert.Equal("7d", Assert.Single(_events.Expiring).Threshold);
        Assert.Equal(3, _harness.Store.Notices.Count);
    }

    [Fact]
    public async Task Leaves_to_the_other_host_what_it_announced()
    {
        var issued = await _harness.IssueAsync(Harness.Device());
        var certificate = (await _harness.Store.ListExpiringAsync(Harness.Start, Harness.Start.AddDays(365), null, 1, CancellationToken.None))[0];
        _harness.Time.SetUtcNow(issued.NotAfter.AddDays(-30));

        // Between this host's reading and writing.
        await _harness.Store.AddExpiryNoticesAsync(certificate, ["30d"], Harness.Start, CancellationToken.None);
        await _harness.Expiry.AnnounceAsync(CancellationToken.None);

        Assert.Empty(_events.Expiring);
    }

    [Fact]
    public async Task Resolves_its_notices_when_a_successor_is_good_and_announces_no_more()
    {
        var issued = await _harness.IssueAsync(Harness.Device());
        await AnnounceAsync(issued.NotAfter.AddDays(-30));
        Assert.Null(Assert.Single(_harness.Store.Notices).Value);
        var successor = (await _harness.Authority.RotateAsync(Harness.Device(), issued.SerialNumber, new CsrBuilder().Build())).Certificate!;

        await AnnounceAsync(issued.NotAfter.AddDays(-7));

        Assert.NotNull(Assert.Single(_harness.Store.Notices).Value);
        Assert.Single(_events.Expiring);

        // Without it the device is where it was.
        await _harness.Authority.HoldAsync(Harness.Device(), successor.SerialNumber);
        await AnnounceAsync(issued.NotAfter.AddDays(-7));
        Assert.Equal("7d", _events.Expiring[^1].Threshold);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Says_nothing_of_a_certificate_that_is_revoked_or_on_hold(bool hold)
    {
        var issued = await _harness.IssueAsync(Harness.Device());
        if (hold)
        {
            await _harness.Authority.HoldAsync(Harness.Device(), issued.SerialNumber);
        }
        else
        {
            await _harness.Authority.RevokeAsync(Harness.Device(), issued.SerialNumber, RevocationReason.Superseded);
        }

        await AnnounceAsync(issued.NotAfter.AddDays(-7));
        Assert.Empty(_events.Expiring);

        await _harness.Authority.ReleaseAsync(Harness.Device(), issued.SerialNumber);
        await AnnounceAsync(issued.NotAfter.AddDays(-6));
        Assert.Equal(hold ? 1 : 0, _events.Expiring.Count);
    }

    [Fact]
    public async Task Reads_page_after_page()
    {
        var certificate = (await new Harness().IssueAsync(Harness.Device())).Der;
        for (var number = 0; number < ExpiryWorker.Page + 1; number++)
        {
            Assert.True(DeviceSubject.TryCreate("acme", $"d{number}", out var device));
            _harness.Store.Certificates.Add(new CertificateRecord
            {
                IssuerId = "01",
                SerialNumber = $"{number:x8}",
                Purpose = CertificatePurpose.Device,
                Device = device,
                IssuedAt = Harness.Start,
                NotBefore = Harness.Start,
                NotAfter = Harness.Start.AddDays(89),
                KeySha256 = $"{number:x64}",
                Sha256 = $"{number:x64}",
                Der = certificate,
            });
        }

        await AnnounceAsync(Harness.Start.AddDays(60));

        Assert.Equal(ExpiryWorker.Page + 1, _events.Expiring.Select(notice => notice.SerialNumber).Distinct().Count());
        Assert.Equal(ExpiryWorker.Page + 1, _events.Expiring.Count);
    }

    [Fact]
    public async Task Survives_a_store_that_is_away_and_stops_when_it_is_cancelled()
    {
        using var failures = Metrics.Collect<long>(_harness, "pulse.certs.worker.failures");
        _harness.Store.Failure = new OperationCanceledException();

        await _harness.Expiry.AnnounceAsync(CancellationToken.None);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _harness.Expiry.AnnounceAsync(new CancellationToken(canceled: true)));

        Assert.Equal("expiry", Assert.Single(failures.GetMeasurementSnapshot()).Tags["worker"]);
        Assert.Single(_harness.Logs.GetSnapshot(), record => record.Id.Id == 4041);
    }

    [Fact]
    public async Task Looks_when_it_starts()
    {
        var harness = new Harness(options => options.DeviceLifetime = TimeSpan.FromHours(3), events: [_events]);
        await harness.IssueAsync(Harness.Device());
        harness.Time.Advance(TimeSpan.FromHours(2));

        await harness.Expiry.StartAsync(CancellationToken.None);

        await UntilAsync(() => _events.Expiring.Count == 1, () => { });
        await harness.Expiry.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Looks_again_after_its_time()
    {
        var harness = new Harness(options => options.DeviceLifetime = TimeSpan.FromHours(3), events: [_events]);
        await harness.IssueAsync(Harness.Device());

        await harness.Expiry.StartAsync(CancellationToken.None);

        await UntilAsync(() => _events.Expiring.Count > 0, () => harness.Time.Advance(TimeSpan.FromMinutes(15)));
        await harness.Expiry.StopAsync(CancellationToken.None);
    }

    private static async Task UntilAsync(Func<bool> holds, Action step)
    {
        for (var round = 0; !holds() && round < 300; round++)
        {
            step();
            await Task.Delay(30);
        }

        Assert.True(holds());
    }

    private Task AnnounceAsync(DateTimeOffset at)
    {
        _harness.Time.SetUtcNow(at);
        return _harness.Expiry.AnnounceAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Ends_its_turn_without_a_fault_whether_there_is_something_to_announce_or_not()
    {
        using var failures = Metrics.Collect<long>(_harness, "pulse.certs.worker.failures");
        await AnnounceAsync(Harness.Start);
        var issued = await _harness.IssueAsync(Harness.Device());
        await AnnounceAsync(Harness.Start);
        await AnnounceAsync(issued.NotAfter.AddDays(-30));
        await AnnounceAsync(issued.NotAfter.AddDays(-30));

        Assert.Empty(failures.GetMeasurementSnapshot());
        Assert.Single(_events.Expiring);
    }

    [Fact]
    public async Task Says_nothing_of_a_short_certificate_that_has_just_begun()
    {
        var harness = new Harness(options => options.DeviceLifetime = TimeSpan.FromDays(2), events: [_events]);
        using var failures = Metrics.Collect<long>(harness, "pulse.certs.worker.failures");
        await harness.IssueAsync(Harness.Device());

        await harness.Expiry.AnnounceAsync(CancellationToken.None);

        Assert.Empty(_events.Expiring);
        Assert.Empty(harness.Store.Notices);
        Assert.Empty(failures.GetMeasurementSnapshot());
    }
}
