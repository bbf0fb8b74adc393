namespace Pulse.Certs.Tests;

public class RevocationTests
{
    private readonly Harness _harness = new();

    [Fact]
    public async Task Answers_the_time_and_the_reason_of_the_first_request_ever_after()
    {
        var issued = await _harness.IssueAsync(Harness.Device());

        var first = await _harness.Authority.RevokeAsync(Harness.Device(), issued.SerialNumber, RevocationReason.Superseded);
        _harness.Time.Advance(TimeSpan.FromHours(1));
        var second = await _harness.Authority.RevokeAsync(Harness.Device(), issued.SerialNumber, RevocationReason.PrivilegeWithdrawn);

        Assert.Equal(RevokeOutcome.Revoked, first.Outcome);
        Assert.True(first.Succeeded);
        Assert.Equal(new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.Zero), first.RevokedAt);
        Assert.Equal(RevocationReason.Superseded, first.Reason);
        Assert.Equal(RevokeOutcome.AlreadyRevoked, second.Outcome);
        Assert.True(second.Succeeded);
        Assert.Equal(first.RevokedAt, second.RevokedAt);
        Assert.Equal(RevocationReason.Superseded, second.Reason);
    }

    [Fact]
    public async Task Takes_hexadecimal_digits_of_either_case()
    {
        var issued = await _harness.IssueAsync(Harness.Device());

        var result = await _harness.Authority.RevokeAsync(
            Harness.Device(), issued.SerialNumber.ToUpperInvariant(), RevocationReason.Superseded);

        Assert.True(result.Succeeded);
        Assert.True(_harness.View.IsRevoked(issued.SerialNumber));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("xx")]
    [InlineData("0x01")]
    [InlineData("01 02")]
    [InlineData("01:02")]
    [InlineData("0102030405060708090a0b0c0d0e0f101112131415")]
    [InlineData("0102")]
    public async Task Does_not_find_what_was_not_issued(string serialNumber)
    {
        var result = await _harness.Authority.RevokeAsync(Harness.Device(), serialNumber, RevocationReason.Superseded);

        Assert.Equal(RevokeOutcome.NotFound, result.Outcome);
        Assert.False(result.Succeeded);
        Assert.Null(result.RevokedAt);
        Assert.Null(result.Reason);
    }

    [Fact]
    public async Task Does_not_find_anothers_certificate_and_leaves_it_good()
    {
        var issued = await _harness.IssueAsync(Harness.Device("pump-1"));

        var result = await _harness.Authority.RevokeAsync(Harness.Device("pump-2"), issued.SerialNumber, RevocationReason.Superseded);

        Assert.Equal(RevokeOutcome.NotFound, result.Outcome);
        Assert.True(_harness.Validate(issued.Der).IsValid);
    }

    [Fact]
    public async Task Learns_late_that_the_key_was_compromised_and_keeps_the_first_time()
    {
        var issued = await _harness.IssueAsync(Harness.Device());
        var first = await _harness.Authority.RevokeAsync(Harness.Device(), issued.SerialNumber, RevocationReason.Superseded);
        _harness.Time.Advance(TimeSpan.FromHours(1));

        var raised = await _harness.Authority.RevokeAsync(Harness.Device(), issued.SerialNumber, RevocationReason.KeyCompromise);
        var again = await _harness.Authority.RevokeAsync(Harness.Device(), issued.SerialNumber, RevocationReason.KeyCompromise);

        Assert.Equal(RevokeOutcome.ReasonRaised, raised.Outcome);
        Assert.Equal(RevokeOutcome.AlreadyRevoked, again.Outcome);
        Assert.All([raised, again], result =>
        {
            Assert.True(result.Succeeded);
            Assert.Equal(first.RevokedAt, result.RevokedAt);
            Assert.Equal(RevocationReason.KeyCompromise, result.Reason);
        });
    }

    [Fact]
    public async Task Records_since_when_the_certificate_was_invalid()
    {
        var issued = await _harness.IssueAsync(Harness.Device());
        var now = _harness.Time.GetUtcNow();

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await _harness.Authority.RevokeAsync(
            Harness.Device(), issued.SerialNumber, RevocationReason.KeyCompromise, now.AddTicks(1)));
        var result = await _harness.Authority.RevokeAsync(Harness.Device(), issued.SerialNumber, RevocationReason.KeyCompromise, now);

        Assert.Equal(new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.Zero), result.InvalidSince);
        Assert.Null((await _harness.Authority.HoldAsync(Harness.Device(), (await _harness.IssueAsync(Harness.Device())).SerialNumber)).InvalidSince);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(10)]
    [InlineData(-1)]
    [InlineData(99)]
    public async Task Refuses_a_reason_no_device_can_have(int reason)
    {
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            async () => await _harness.Authority.RevokeAsync(Harness.Device(), "01", (RevocationReason)reason));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            async () => await _harness.Authority.RevokeServerAsync("01", (RevocationReason)reason));
    }

    [Theory]
    [InlineData(RevocationReason.Unspecified)]
    [InlineData(RevocationReason.KeyCompromise)]
    [InlineData(RevocationReason.AffiliationChanged)]
    [InlineData(RevocationReason.Superseded)]
    [InlineData(RevocationReason.CessationOfOperation)]
    [InlineData(RevocationReason.PrivilegeWithdrawn)]
    public async Task Revokes_for_every_reason_a_device_can_have(RevocationReason reason)
    {
        var issued = await _harness.IssueAsync(Harness.Device());

        var result = await _harness.Authority.RevokeAsync(Harness.Device(), issued.SerialNumber, reason);

        Assert.Equal(RevokeOutcome.Revoked, result.Outcome);
        Assert.Equal(reason, result.Reason);
    }

    [Fact]
    public async Task Revokes_a_server_certificate_by_itself_and_no_device_certificate_that_way()
    {
        var recorder = new EventRecorder();
        var harness = new Harness(events: [recorder]);
        var server = (await harness.Authority.IssueServerAsync(new ServerNames(["mqtt.example.org"], []), new CsrBuilder().Build())).Certificate!;
        var device = await harness.IssueAsync(Harness.Device());

        Assert.Equal(RevokeOutcome.NotFound, (await harness.Authority.RevokeServerAsync(device.SerialNumber, RevocationReason.Superseded)).Outcome);
        Assert.Equal(
            RevokeOutcome.NotFound,
            (await harness.Authority.RevokeAsync(Harness.Device(), server.SerialNumber, RevocationReason.Superseded)).Outcome);
        var result = await harness.Authority.RevokeServerAsync(server.SerialNumber, RevocationReason.CessationOfOperation);

        Assert.Equal(RevokeOutcome.Revoked, result.Outcome);
        Assert.True(harness.View.IsRevoked(server.SerialNumber));
        Assert.False(harness.View.IsRevoked(device.SerialNumber));
        Assert.Null(Assert.Single(recorder.Revoked).Device);
    }

    [Fact]
    public async Task Changes_nothing_when_the_store_fails()
    {
        var issued = await _harness.IssueAsync(Harness.Device());
        _harness.Store.Failure = new InvalidOperationException("no database");

        await Assert.ThrowsAsync<InvalidOperationException>(
            async () => await _harness.Authority.RevokeAsync(Harness.Device(), issued.SerialNumber, RevocationReason.Superseded));

        Assert.False(_harness.View.IsRevoked(issued.SerialNumber));
    }

    [Fact]
    public async Task Revokes_an_expired_certificate()
    {
        var issued = await _harness.IssueAsync(Harness.Device());
        _harness.Time.Advance(TimeSpan.FromDays(100));

        Assert.True((await _harness.Authority.RevokeAsync(Harness.Device(), issued.SerialNumber, RevocationReason.KeyCompromise)).Succeeded);
    }

    [Fact]
    public async Task Counts_and_logs_a_revocation_once()
    {
        using var revoked = Metrics.Collect<long>(_harness, "pulse.certs.revoked");
        var issued = await _harness.IssueAsync(Harness.Device());

        await _harness.Authority.RevokeAsync(Harness.Device(), issued.SerialNumber, RevocationReason.Superseded);
        await _harness.Authority.RevokeAsync(Harness.Device(), issued.SerialNumber, RevocationReason.Superseded);

        Assert.Equal("Superseded", Assert.Single(revoked.GetMeasurementSnapshot()).Tags["reason"]);
        Assert.Single(_harness.Logs.GetSnapshot(), record => record.Id.Id == 4002);
    }
}
