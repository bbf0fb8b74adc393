namespace Pulse.Certs.Tests;

public class HoldTests
{
    private readonly EventRecorder _events = new();
    private readonly Harness _harness;

    public HoldTests() => _harness = new Harness(events: [_events]);

    [Fact]
    public async Task Holds_releases_and_holds_again()
    {
        var issued = await _harness.IssueAsync(Harness.Device());
        var validator = _harness.Validator;

        var held = await _harness.Authority.HoldAsync(Harness.Device(), issued.SerialNumber.ToUpperInvariant());
        Assert.Equal(CertificateRefusal.Revoked, validator.Validate(issued.Der, []).Refusal);
        var released = await _harness.Authority.ReleaseAsync(Harness.Device(), issued.SerialNumber);
        Assert.True(validator.Validate(issued.Der, []).IsValid);
        var again = await _harness.Authority.HoldAsync(Harness.Device(), issued.SerialNumber);
        Assert.Equal(CertificateRefusal.Revoked, validator.Validate(issued.Der, []).Refusal);

        Assert.Equal((RevokeOutcome.Held, true, RevocationReason.CertificateHold), (held.Outcome, held.Succeeded, held.Reason));
        Assert.Equal((RevokeOutcome.Released, true, null, null), (released.Outcome, released.Succeeded, released.Reason, released.RevokedAt));
        Assert.Equal(RevokeOutcome.Held, again.Outcome);
    }

    [Fact]
    public async Task Tells_of_each_change_and_marks_what_was_so_already()
    {
        var issued = await _harness.IssueAsync(Harness.Device());
        using var released = Metrics.Collect<long>(_harness, "pulse.certs.released");
        using var revoked = Metrics.Collect<long>(_harness, "pulse.certs.revoked");

        await _harness.Authority.HoldAsync(Harness.Device(), issued.SerialNumber);
        await _harness.Authority.HoldAsync(Harness.Device(), issued.SerialNumber);
        await _harness.Authority.ReleaseAsync(Harness.Device(), issued.SerialNumber);
        await _harness.Authority.ReleaseAsync(Harness.Device(), issued.SerialNumber);

        var at = new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);
        Assert.Equal(
            [
                new CertificateHeld(Harness.Device(), issued.SerialNumber, at, Repeated: false),
                new CertificateHeld(Harness.Device(), issued.SerialNumber, at, Repeated: true),
                new CertificateReleased(Harness.Device(), issued.SerialNumber, at),
            ],
            _events.All.Skip(1));
        Assert.Equal("CertificateHold", Assert.Single(revoked.GetMeasurementSnapshot()).Tags["reason"]);
        Assert.Single(released.GetMeasurementSnapshot());
        Assert.Single(_harness.Logs.GetSnapshot(), record => record.Id.Id == 4003);
    }

    [Fact]
    public async Task Never_releases_what_is_revoked()
    {
        var issued = await _harness.IssueAsync(Harness.Device());
        await _harness.Authority.HoldAsync(Harness.Device(), issued.SerialNumber);
        var revoked = await _harness.Authority.RevokeAsync(Harness.Device(), issued.SerialNumber, RevocationReason.KeyCompromise);

        var released = await _harness.Authority.ReleaseAsync(Harness.Device(), issued.SerialNumber);
        var held = await _harness.Authority.HoldAsync(Harness.Device(), issued.SerialNumber);

        Assert.Equal(RevokeOutcome.Revoked, revoked.Outcome);
        Assert.Equal((RevokeOutcome.AlreadyRevoked, false), (released.Outcome, released.Succeeded));
        Assert.Equal((RevokeOutcome.AlreadyRevoked, true), (held.Outcome, held.Succeeded));
        Assert.Equal(RevocationReason.KeyCompromise, held.Reason);
        Assert.True(_harness.View.IsRevoked(issued.SerialNumber));
        Assert.Equal([false, true, true], _events.Revoked.Select(notice => notice.Repeated));
    }

    [Fact]
    public async Task Calls_the_release_of_a_good_certificate_done()
    {
        var issued = await _harness.IssueAsync(Harness.Device());

        var result = await _harness.Authority.ReleaseAsync(Harness.Device(), issued.SerialNumber);

        Assert.Equal((RevokeOutcome.NotHeld, true), (result.Outcome, result.Succeeded));
        Assert.Empty(_events.Released);
    }

    [Theory]
    [InlineData("")]
    [InlineData("zz")]
    [InlineData("0102")]
    public async Task Does_not_find_what_was_not_issued(string serialNumber)
    {
        Assert.Same(RevokeResult.NotFound, await _harness.Authority.HoldAsync(Harness.Device(), serialNumber));
        Assert.Same(RevokeResult.NotFound, await _harness.Authority.ReleaseAsync(Harness.Device(), serialNumber));
        Assert.False(RevokeResult.NotFound.Succeeded);
    }

    [Fact]
    public async Task Does_not_hold_another_devices_certificate()
    {
        var issued = await _harness.IssueAsync(Harness.Device("pump-1"));

        var result = await _harness.Authority.HoldAsync(Harness.Device("pump-2"), issued.SerialNumber);

        Assert.Equal(RevokeOutcome.NotFound, result.Outcome);
        Assert.True(_harness.Validate(issued.Der).IsValid);
    }

    [Fact]
    public async Task Lists_what_is_on_hold_and_counts_it_as_live()
    {
        var first = await _harness.IssueAsync(Harness.Device());
        await _harness.IssueAsync(Harness.Device());
        await _harness.Authority.HoldAsync(Harness.Device(), first.SerialNumber);

        var listed = await _harness.Authority.ListActiveAsync(Harness.Device());

        Assert.Equal([true, false], listed.Select(certificate => certificate.IsHeld));
        Assert.Equal(IssueRefusal.TooManyActive, (await _harness.Authority.IssueAsync(Harness.Device(), new CsrBuilder().Build())).Refusal);
    }

    [Fact]
    public async Task Needs_a_device()
    {
        await Assert.ThrowsAsync<ArgumentException>(async () => await _harness.Authority.HoldAsync(default, "01"));
        await Assert.ThrowsAsync<ArgumentException>(async () => await _harness.Authority.ReleaseAsync(default, "01"));
        await Assert.ThrowsAsync<ArgumentNullException>(async () => await _harness.Authority.HoldAsync(Harness.Device(), null!));
    }
}
