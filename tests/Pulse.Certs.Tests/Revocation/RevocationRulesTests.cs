namespace Pulse.Certs.Tests;

public class RevocationRulesTests
{
    private static readonly DateTimeOffset Before = Harness.Start.AddDays(-1);
    private static readonly DateTimeOffset Since = Harness.Start.AddDays(-2);

    [Theory]
    [InlineData(null, RevocationAction.Revoke, RevokeOutcome.Revoked, RevocationReason.Superseded)]
    [InlineData(RevocationReason.RemoveFromCrl, RevocationAction.Revoke, RevokeOutcome.Revoked, RevocationReason.Superseded)]
    [InlineData(RevocationReason.CertificateHold, RevocationAction.Revoke, RevokeOutcome.Revoked, RevocationReason.Superseded)]
    [InlineData(null, RevocationAction.Hold, RevokeOutcome.Held, RevocationReason.CertificateHold)]
    [InlineData(RevocationReason.RemoveFromCrl, RevocationAction.Hold, RevokeOutcome.Held, RevocationReason.CertificateHold)]
    [InlineData(RevocationReason.CertificateHold, RevocationAction.Release, RevokeOutcome.Released, RevocationReason.RemoveFromCrl)]
    public void Appends_a_row_for_every_change(
        RevocationReason? current, RevocationAction action, RevokeOutcome outcome, RevocationReason reason)
    {
        var answer = RevocationRules.Decide(Record(current), Request(action));

        Assert.Equal(outcome, answer.Outcome);
        Assert.Equal(reason, answer.Record!.Reason);
        Assert.Equal(current is null ? 1 : 8, answer.Record.Revision);
        Assert.Equal(Since, answer.Record.InvalidSince);
    }

    [Theory]
    [InlineData(RevocationReason.Superseded, RevocationAction.Revoke, RevokeOutcome.AlreadyRevoked)]
    [InlineData(RevocationReason.KeyCompromise, RevocationAction.Revoke, RevokeOutcome.AlreadyRevoked)]
    [InlineData(RevocationReason.CertificateHold, RevocationAction.Hold, RevokeOutcome.AlreadyHeld)]
    [InlineData(RevocationReason.KeyCompromise, RevocationAction.Hold, RevokeOutcome.AlreadyRevoked)]
    [InlineData(RevocationReason.KeyCompromise, RevocationAction.Release, RevokeOutcome.AlreadyRevoked)]
    [InlineData(RevocationReason.RemoveFromCrl, RevocationAction.Release, RevokeOutcome.NotHeld)]
    [InlineData(null, RevocationAction.Release, RevokeOutcome.NotHeld)]
    public void Leaves_what_is_so_already(RevocationReason? reason, RevocationAction action, RevokeOutcome outcome)
    {
        var current = Record(reason);

        var answer = RevocationRules.Decide(current, Request(action));

        Assert.Equal(outcome, answer.Outcome);
        Assert.Same(current, answer.Record);
    }

    [Fact]
    public void Dates_a_revocation_from_the_hold_before_it_and_not_from_a_hold_that_was_released()
    {
        Assert.Equal(Before, RevocationRules.Decide(Record(RevocationReason.CertificateHold), Request(RevocationAction.Revoke)).Record!.At);
        Assert.Equal(Harness.Start, RevocationRules.Decide(Record(RevocationReason.RemoveFromCrl), Request(RevocationAction.Revoke)).Record!.At);
        Assert.Equal(Harness.Start, RevocationRules.Decide(Record(RevocationReason.RemoveFromCrl), Request(RevocationAction.Hold)).Record!.At);
        Assert.Equal(Harness.Start, RevocationRules.Decide(Record(RevocationReason.CertificateHold), Request(RevocationAction.Release)).Record!.At);
    }

    [Theory]
    [InlineData(RevocationReason.Superseded, RevocationReason.KeyCompromise, true)]
    [InlineData(RevocationReason.Unspecified, RevocationReason.KeyCompromise, true)]
    [InlineData(RevocationReason.KeyCompromise, RevocationReason.KeyCompromise, false)]
    [InlineData(RevocationReason.Superseded, RevocationReason.PrivilegeWithdrawn, false)]
    [InlineData(RevocationReason.KeyCompromise, RevocationReason.Superseded, false)]
    public void Raises_the_reason_to_key_compromise_alone(RevocationReason first, RevocationReason second, bool raised)
    {
        var answer = RevocationRules.Decide(Record(first), Request(RevocationAction.Revoke) with { Reason = second });

        Assert.Equal(raised ? RevokeOutcome.ReasonRaised : RevokeOutcome.AlreadyRevoked, answer.Outcome);
        Assert.Equal(raised ? second : first, answer.Record!.Reason);
        Assert.Equal(Before, answer.Record.At);
        Assert.Equal(raised ? 8 : 7, answer.Record.Revision);
    }

    private static RevocationRecord? Record(RevocationReason? reason) =>
        reason is { } given ? new RevocationRecord(given, Before, InvalidSince: null, Revision: 7) : null;

    private static RevocationRequest Request(RevocationAction action) => new()
    {
        SerialNumber = "01",
        Owner = Harness.Device(),
        Action = action,
        Reason = RevocationReason.Superseded,
        At = Harness.Start,
        InvalidSince = Since,
    };
}
