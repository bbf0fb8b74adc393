namespace Pulse.Certs.Tests;

public class RotationWorkerTests
{
    private readonly Harness _harness = new();

    [Fact]
    public async Task Works_by_the_clock_and_wakes_when_a_successor_is_seen()
    {
        var current = await _harness.IssueAsync(Harness.Device());
        var successor = await RotateAsync(Harness.Device(), current);
        await _harness.Rotation.StartAsync(CancellationToken.None);
        await UntilAsync(() => _harness.Store.OverlapCalls == 1);

        _harness.Sightings.Seen(successor.SerialNumber);

        await UntilAsync(() => _harness.View.IsRevoked(current.SerialNumber));
        await _harness.Rotation.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Survives_a_store_that_is_away_and_asks_again()
    {
        using var failures = Metrics.Collect<long>(_harness, "pulse.certs.worker.failures");
        var current = await _harness.IssueAsync(Harness.Device());
        var successor = await RotateAsync(Harness.Device(), current);
        _harness.Sightings.Seen(successor.SerialNumber);
        _harness.Store.Failure = new InvalidOperationException("no database");

        Assert.Equal(RotationWorker.Turn.Failed, await _harness.Rotation.EndAsync(CancellationToken.None));
        _harness.Store.Failure = null;

        Assert.Equal("rotation", Assert.Single(failures.GetMeasurementSnapshot()).Tags["worker"]);
        Assert.Single(_harness.Logs.GetSnapshot(), record => record.Id.Id == 4030);
        _harness.Sightings.Seen(successor.SerialNumber);
        await _harness.Rotation.EndAsync(CancellationToken.None);
        Assert.True(_harness.View.IsRevoked(current.SerialNumber));
    }

    [Fact]
    public async Task Waits_its_time_after_a_failure_whatever_is_seen()
    {
        _harness.Store.Failure = new InvalidOperationException("no database");
        await _harness.Rotation.StartAsync(CancellationToken.None);
        await UntilAsync(() => _harness.Store.OverlapCalls == 1);

        _harness.Sightings.Seen("01");
        await Task.Delay(50);
        Assert.Equal(1, _harness.Store.OverlapCalls);
        await UntilAsync(() =>
        {
            _harness.Time.Advance(TimeSpan.FromMinutes(1));
            return _harness.Store.OverlapCalls > 1;
        });
        await _harness.Rotation.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Stops_when_it_is_cancelled()
    {
        _harness.Store.Failure = new OperationCanceledException();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _harness.Rotation.EndAsync(new CancellationToken(canceled: true)));
        Assert.Equal(RotationWorker.Turn.Failed, await _harness.Rotation.EndAsync(CancellationToken.None));
    }

    [Theory]
    [InlineData(RotationWorker.Batch - 1, RotationWorker.Turn.Done)]
    [InlineData(RotationWorker.Batch, RotationWorker.Turn.More)]
    public async Task Goes_on_at_once_while_there_is_more_to_look_at(int seen, object turn)
    {
        for (var number = 0; number < seen; number++)
        {
            _harness.Sightings.Seen($"{number:x4}");
        }

        Assert.Equal(turn, await _harness.Rotation.EndAsync(CancellationToken.None));
        Assert.Equal(RotationWorker.Turn.Done, await _harness.Rotation.EndAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Revokes_an_older_certificate_that_is_on_hold_but_none_that_expired()
    {
        var held = await _harness.IssueAsync(Harness.Device("held"));
        await RotateAsync(Harness.Device("held"), held);
        await _harness.Authority.HoldAsync(Harness.Device("held"), held.SerialNumber);
        _harness.Time.Advance(TimeSpan.FromDays(7));
        await _harness.Rotation.EndAsync(CancellationToken.None);
        Assert.Equal(
            RevokeOutcome.AlreadyRevoked, (await _harness.Authority.ReleaseAsync(Harness.Device("held"), held.SerialNumber)).Outcome);

        var late = await _harness.IssueAsync(Harness.Device("late"));
        _harness.Time.Advance(TimeSpan.FromDays(85));
        await RotateAsync(Harness.Device("late"), late);
        _harness.Time.Advance(TimeSpan.FromDays(7));
        await _harness.Rotation.EndAsync(CancellationToken.None);
        Assert.False(_harness.View.IsRevoked(late.SerialNumber));
        Assert.Empty(_harness.Store.OpenOverlaps);
    }

    private async Task<IssuedCertificate> RotateAsync(DeviceSubject device, IssuedCertificate current)
    {
        var result = await _harness.Authority.RotateAsync(device, current.SerialNumber, new CsrBuilder().Build());
        Assert.True(result.Succeeded, result.Refusal.ToString());
        return result.Certificate!;
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        for (var round = 0; !holds() && round < 1000; round++)
        {
            await Task.Delay(10);
        }

        Assert.True(holds());
    }
}
