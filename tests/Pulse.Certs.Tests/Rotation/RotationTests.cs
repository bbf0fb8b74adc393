using System.Security.Cryptography;

namespace Pulse.Certs.Tests;

public class RotationTests
{
    private readonly EventRecorder _events = new();
    private readonly Harness _harness;

    public RotationTests() => _harness = new Harness(events: [_events]);

    [Fact]
    public async Task Leaves_both_certificates_good_and_stores_when_the_older_one_ends()
    {
        var current = await _harness.IssueAsync(Harness.Device());

        var successor = await RotateAsync(current);

        Assert.True(_harness.Validate(current.Der).IsValid);
        Assert.True(_harness.Validate(successor.Der).IsValid);
        var end = new DateTimeOffset(2026, 6, 8, 12, 0, 0, TimeSpan.Zero);
        Assert.Equal([(current.SerialNumber, successor.SerialNumber, end)], _harness.Store.OpenOverlaps);
        Assert.Equal(2, _events.Issued.Count);
        Assert.Equal([new CertificateRotated(Harness.Device(), current.SerialNumber, successor, end)], _events.Rotated);
        Assert.IsType<CertificateRotated>(_events.All[^1]);
        Assert.Single(_harness.Logs.GetSnapshot(), record => record.Id.Id == 4004);
    }

    [Fact]
    public async Task Ends_the_overlap_at_its_time_and_not_before()
    {
        var current = await _harness.IssueAsync(Harness.Device());
        var successor = await RotateAsync(current);

        _harness.Time.Advance(TimeSpan.FromDays(7) - TimeSpan.FromSeconds(1));
        Assert.Equal(RotationWorker.Turn.Done, await _harness.Rotation.EndAsync(CancellationToken.None));
        Assert.False(_harness.View.IsRevoked(current.SerialNumber));

        _harness.Time.Advance(TimeSpan.FromSeconds(1));
        await _harness.Rotation.EndAsync(CancellationToken.None);

        Assert.True(_harness.View.IsRevoked(current.SerialNumber));
        Assert.False(_harness.View.IsRevoked(successor.SerialNumber));
        Assert.Equal(RevocationReason.Superseded, Assert.Single(_events.Revoked).Reason);
        Assert.Empty(_harness.Store.OpenOverlaps);
    }

    [Fact]
    public async Task Ends_the_overlap_when_the_successor_is_seen_and_not_when_the_older_one_is()
    {
        var current = await _harness.IssueAsync(Harness.Device());
        var successor = await RotateAsync(current);

        _harness.Sightings.Seen(current.SerialNumber);
        await _harness.Rotation.EndAsync(CancellationToken.None);
        Assert.False(_harness.View.IsRevoked(current.SerialNumber));

        _harness.Sightings.Seen(successor.SerialNumber);
        await _harness.Rotation.EndAsync(CancellationToken.None);
        Assert.True(_harness.View.IsRevoked(current.SerialNumber));
    }

    [Fact]
    public async Task Revokes_the_older_one_with_the_rotation_when_no_overlap_is_wanted()
    {
        var harness = new Harness(options => (options.RotationOverlap, options.MaxActivePerDevice) = (TimeSpan.Zero, 1));
        var current = await harness.IssueAsync(Harness.Device());

        var result = await harness.Authority.RotateAsync(Harness.Device(), current.SerialNumber, new CsrBuilder().Build());

        Assert.True(result.Succeeded, result.Refusal.ToString());
        Assert.True(harness.View.IsRevoked(current.SerialNumber));
        Assert.Empty(harness.Store.OpenOverlaps);
    }

    [Fact]
    public async Task Gives_the_same_certificate_for_the_same_key_again()
    {
        var current = await _harness.IssueAsync(Harness.Device());
        var csr = new CsrBuilder().Build();

        var first = await _harness.Authority.RotateAsync(Harness.Device(), current.SerialNumber, csr);
        var again = await _harness.Authority.RotateAsync(Harness.Device(), current.SerialNumber.ToUpperInvariant(), csr);

        Assert.True(again.Succeeded);
        Assert.Equal(first.Certificate!.SerialNumber, again.Certificate!.SerialNumber);
        Assert.Equal(2, _harness.Store.Certificates.Count);
        Assert.Single(_events.Rotated);
    }

    [Fact]
    public async Task Replaces_a_successor_the_device_never_got()
    {
        var current = await _harness.IssueAsync(Harness.Device());
        var lost = await RotateAsync(current);

        var successor = await RotateAsync(current);

        Assert.True(_harness.View.IsRevoked(lost.SerialNumber));
        Assert.True(_harness.Validate(current.Der).IsValid);
        Assert.True(_harness.Validate(successor.Der).IsValid);
        Assert.Equal([lost.SerialNumber], _events.Revoked.Select(revoked => revoked.SerialNumber));
    }

    [Fact]
    public async Task Does_not_give_again_a_successor_that_is_on_hold_or_revoked()
    {
        var current = await _harness.IssueAsync(Harness.Device());
        var csr = new CsrBuilder().Build();
        var held = (await _harness.Authority.RotateAsync(Harness.Device(), current.SerialNumber, csr)).Certificate!;
        await _harness.Authority.HoldAsync(Harness.Device(), held.SerialNumber);

        var next = (await _harness.Authority.RotateAsync(Harness.Device(), current.SerialNumber, csr)).Certificate!;
        Assert.NotEqual(held.SerialNumber, next.SerialNumber);
        Assert.True(_harness.View.IsRevoked(held.SerialNumber));

        await _harness.Authority.RevokeAsync(Harness.Device(), next.SerialNumber, RevocationReason.Superseded);
        var last = (await _harness.Authority.RotateAsync(Harness.Device(), current.SerialNumber, csr)).Certificate!;
        Assert.NotEqual(next.SerialNumber, last.SerialNumber);
    }

    [Fact]
    public async Task Takes_a_rotation_with_the_successor_as_the_sight_of_it()
    {
        var first = await _harness.IssueAsync(Harness.Device());
        var second = await RotateAsync(first);

        var third = await RotateAsync(second);

        Assert.True(_harness.View.IsRevoked(first.SerialNumber));
        Assert.Equal(
            [second.SerialNumber, third.SerialNumber],
            (await _harness.Authority.ListActiveAsync(Harness.Device())).Select(certificate => certificate.SerialNumber));
    }

    [Fact]
    public async Task Never_has_more_live_certificates_than_allowed()
    {
        var first = await _harness.IssueAsync(Harness.Device());
        await _harness.IssueAsync(Harness.Device());

        Assert.Equal(IssueRefusal.TooManyActive, await RefusalAsync(first.SerialNumber));
        Assert.Empty(_events.Rotated);
        Assert.Empty(_events.Revoked);
    }

    [Fact]
    public async Task Refuses_to_replace_what_is_unknown_foreign_held_revoked_or_expired()
    {
        var current = await _harness.IssueAsync(Harness.Device());
        var foreign = await _harness.IssueAsync(Harness.Device("pump-2"));

        Assert.Equal(IssueRefusal.CurrentNotFound, await RefusalAsync("0102"));
        Assert.Equal(IssueRefusal.CurrentNotFound, await RefusalAsync("not hex"));
        Assert.Equal(IssueRefusal.CurrentNotFound, await RefusalAsync(foreign.SerialNumber));
        await _harness.Authority.HoldAsync(Harness.Device(), current.SerialNumber);
        Assert.Equal(IssueRefusal.CurrentHeld, await RefusalAsync(current.SerialNumber));
        await _harness.Authority.ReleaseAsync(Harness.Device(), current.SerialNumber);
        _harness.Time.Advance(TimeSpan.FromDays(90));
        var last = await _harness.Authority.RotateAsync(Harness.Device(), current.SerialNumber, new CsrBuilder().Build());
        Assert.True(last.Succeeded, last.Refusal.ToString());
        _harness.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(IssueRefusal.CurrentExpired, await RefusalAsync(current.SerialNumber));
        await _harness.Authority.RevokeAsync(Harness.Device(), current.SerialNumber, RevocationReason.Superseded);
        Assert.Equal(IssueRefusal.CurrentRevoked, await RefusalAsync(current.SerialNumber));
    }

    [Fact]
    public async Task Judges_the_request_before_the_certificate_to_replace()
    {
        var result = await _harness.Authority.RotateAsync(Harness.Device(), "0102", new byte[3]);

        Assert.Equal(IssueRefusal.RequestMalformed, result.Refusal);
        await Assert.ThrowsAsync<ArgumentException>(async () => await _harness.Authority.RotateAsync(default, "01", new byte[3]));
        await Assert.ThrowsAsync<ArgumentNullException>(async () => await _harness.Authority.RotateAsync(Harness.Device(), null!, new byte[3]));
    }

    [Fact]
    public async Task Follows_todays_settings_not_the_older_certificate()
    {
        var harness = new Harness(options => options.DeviceLifetime = TimeSpan.FromDays(10));
        var current = await harness.IssueAsync(Harness.Device());
        harness.Time.Advance(TimeSpan.FromDays(3));

        var successor = (await harness.Authority.RotateAsync(Harness.Device(), current.SerialNumber, new CsrBuilder().Build())).Certificate!;

        Assert.Equal(current.NotAfter.AddDays(3), successor.NotAfter);
    }

    [Fact]
    public async Task Lets_a_device_keep_its_key()
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var current = await _harness.IssueAsync(Harness.Device(), new CsrBuilder(key).Build());

        var result = await _harness.Authority.RotateAsync(Harness.Device(), current.SerialNumber, new CsrBuilder(key).Build());

        Assert.True(result.Succeeded, result.Refusal.ToString());
        Assert.NotEqual(current.SerialNumber, result.Certificate!.SerialNumber);
    }

    private async Task<IssuedCertificate> RotateAsync(IssuedCertificate current)
    {
        var result = await _harness.Authority.RotateAsync(Harness.Device(), current.SerialNumber, new CsrBuilder().Build());
        Assert.True(result.Succeeded, result.Refusal.ToString());
        return result.Certificate!;
    }

    private async Task<IssueRefusal> RefusalAsync(string serialNumber) =>
        (await _harness.Authority.RotateAsync(Harness.Device(), serialNumber, new CsrBuilder().Build())).Refusal;
}
