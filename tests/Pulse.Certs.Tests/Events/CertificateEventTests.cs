using Microsoft.Extensions.DependencyInjection;

namespace Pulse.Certs.Tests;

public class CertificateEventTests
{
    [Fact]
    public async Task Tells_every_handler_what_was_committed()
    {
        var (first, second) = (new EventRecorder(), new EventRecorder());
        var harness = new Harness(events: [first, second]);

        var issued = await harness.IssueAsync(Harness.Device());
        await harness.Authority.RevokeAsync(Harness.Device(), issued.SerialNumber, RevocationReason.Superseded);
        await harness.Authority.RevokeAsync(Harness.Device(), issued.SerialNumber, RevocationReason.Superseded);

        foreach (var recorder in new[] { first, second })
        {
            Assert.Same(issued, Assert.Single(recorder.Issued).Certificate);
            Assert.Equal([false, true], recorder.Revoked.Select(revoked => revoked.Repeated));
            Assert.All(recorder.Revoked, revoked => Assert.Equal(
                (Harness.Device(), issued.SerialNumber, RevocationReason.Superseded), (revoked.Device, revoked.SerialNumber, revoked.Reason)));
        }
    }

    [Fact]
    public async Task Tells_nobody_of_a_refusal()
    {
        var recorder = new EventRecorder();
        var harness = new Harness(events: [recorder]);

        await harness.Authority.IssueAsync(Harness.Device(), new byte[1]);
        await harness.Authority.RevokeAsync(Harness.Device(), "0102", RevocationReason.Superseded);

        Assert.Empty(recorder.Issued);
        Assert.Empty(recorder.Revoked);
    }

    [Fact]
    public async Task Shows_the_revocation_before_anyone_is_told()
    {
        var recorder = new EventRecorder();
        var harness = new Harness(events: [recorder]);
        var seen = false;
        recorder.OnRevoked = revoked => seen = harness.View.IsRevoked(revoked.SerialNumber);

        var issued = await harness.IssueAsync(Harness.Device());
        await harness.Authority.RevokeAsync(Harness.Device(), issued.SerialNumber, RevocationReason.Superseded);

        Assert.True(seen);
    }

    [Fact]
    public async Task Survives_a_handler_that_throws_and_tells_the_others()
    {
        var recorder = new EventRecorder();
        var harness = new Harness(events: [new Thrower(), recorder]);
        using var failures = Metrics.Collect<long>(harness, "pulse.certs.event.failures");

        var issued = await harness.IssueAsync(Harness.Device());
        var result = await harness.Authority.RevokeAsync(Harness.Device(), issued.SerialNumber, RevocationReason.Superseded);

        Assert.True(result.Succeeded);
        Assert.True(harness.View.IsRevoked(issued.SerialNumber));
        Assert.Single(recorder.Revoked);
        Assert.Equal(["error", "error"], failures.GetMeasurementSnapshot().Select(measured => measured.Tags["how"]));
        Assert.Equal(2, harness.Logs.GetSnapshot().Count(record => record.Id.Id == 4010 && record.Exception is NotSupportedException));
    }

    [Fact]
    public async Task Waits_for_a_slow_handler_a_second_and_no_longer()
    {
        var slow = new Slow();
        var harness = new Harness(events: [slow]);
        using var failures = Metrics.Collect<long>(harness, "pulse.certs.event.failures");

        var issuing = harness.IssueAsync(Harness.Device());
        await slow.Begun.Task;
        harness.Time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.False(issuing.IsCompleted);
        harness.Time.Advance(TimeSpan.FromMilliseconds(1));

        await issuing;
        Assert.Equal("slow", Assert.Single(failures.GetMeasurementSnapshot()).Tags["how"]);
        Assert.Single(harness.Logs.GetSnapshot(), record => record.Id.Id == 4011);
        slow.Release.SetResult();
    }

    [Fact]
    public async Task Needs_no_handler_to_do_anything()
    {
        ICertificateEvents silent = new Silent();
        var issued = await new Harness().IssueAsync(Harness.Device());

        await silent.IssuedAsync(new CertificateIssued(issued), CancellationToken.None);
        await silent.RotatedAsync(new CertificateRotated(Harness.Device(), "01", issued, Harness.Start), CancellationToken.None);
        await silent.ExpiringAsync(new CertificateExpiring(Harness.Device(), "01", Harness.Start, "1d"), CancellationToken.None);
        await silent.HeldAsync(new CertificateHeld(Harness.Device(), "01", Harness.Start, Repeated: false), CancellationToken.None);
        await silent.ReleasedAsync(new CertificateReleased(Harness.Device(), "01", Harness.Start), CancellationToken.None);
        await silent.RevokedAsync(
            new CertificateRevoked(Harness.Device(), "01", RevocationReason.Superseded, Harness.Start, Repeated: false), CancellationToken.None);
    }

    private sealed class Thrower : ICertificateEvents
    {
        public ValueTask IssuedAsync(CertificateIssued issued, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask RevokedAsync(CertificateRevoked revoked, CancellationToken cancellationToken) =>
            ValueTask.FromException(new NotSupportedException());
    }

    private sealed class Slow : ICertificateEvents
    {
        public TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Release { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async ValueTask IssuedAsync(CertificateIssued issued, CancellationToken cancellationToken)
        {
            Begun.SetResult();
            await Release.Task;
        }
    }

    private sealed class Silent : ICertificateEvents;

    [Fact]
    public async Task Tells_a_slow_handler_when_the_process_ends()
    {
        var handler = new Waiter();
        var harness = new Harness(events: [handler]);
        var issuing = harness.IssueAsync(Harness.Device());
        var token = await handler.Token.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.False(token.IsCancellationRequested);

        harness.Services.GetRequiredService<CertificateEventDispatcher>().Dispose();

        Assert.True(token.IsCancellationRequested);
        await issuing;
    }

    private sealed class Waiter : ICertificateEvents
    {
        private readonly TaskCompletionSource<CancellationToken> _token = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<CancellationToken> Token => _token.Task;

        public async ValueTask IssuedAsync(CertificateIssued issued, CancellationToken cancellationToken)
        {
            _token.SetResult(cancellationToken);
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }
    }
}
