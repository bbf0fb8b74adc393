using System.Net;
using System.Text;

namespace Pulse.Audit.Tests.Canonical;

public sealed class RecordReaderTests
{
    [Fact]
    public void A_record_tells_every_column_again()
    {
        using var rig = new AuditRig();
        var written = rig.Canonicalizer.Canonicalize(new AuditEvent
        {
            Type = "test.full",
            Class = AuditClass.Critical,
            Outcome = AuditOutcome.Denied,
            TenantId = "acme",
            Actor = "o\"l\\ga\u0000\uD800",
            OnBehalfOf = "pat",
            Reason = new string('x', 3000),
            Peer = IPAddress.Parse("2001:db8::1"),
            TraceId = "0af7651916cd43dd8448eb211c80319c",
            VisibleToTenant = true,
            Fields = [AuditField.Public("n", 7), AuditField.Personal("p", "text")],
        });

        var read = RecordReader.Read(written.Record, gapCount: null)!;

        Assert.Equal(
            (written.Id, written.OccurredAt, written.Class, written.Outcome, written.Type, written.TenantId, written.VisibleToTenant),
            (read.Id, read.OccurredAt, read.Class, read.Outcome, read.Type, read.TenantId, read.VisibleToTenant));
        Assert.Equal(
            (written.Actor, written.OnBehalfOf, written.Reason, written.Peer, written.TraceId, (long?)null),
            (read.Actor, read.OnBehalfOf, read.Reason, read.Peer, read.TraceId, read.GapCount));
        Assert.Same(written.Record, read.Record);
    }

    [Theory]
    [InlineData(AuditClass.Access, AuditOutcome.Unknown)]
    [InlineData(AuditClass.Security, AuditOutcome.Success)]
    [InlineData(AuditClass.Critical, AuditOutcome.Failure)]
    [InlineData(AuditClass.Access, AuditOutcome.Error)]
    public void What_is_left_out_reads_as_null(AuditClass auditClass, AuditOutcome outcome)
    {
        using var rig = new AuditRig();

        var read = RecordReader.Read(
            rig.Canonicalizer.Canonicalize(new AuditEvent { Type = "x", Class = auditClass, Outcome = outcome }).Record, gapCount: 3)!;

        Assert.Equal((auditClass, outcome, false, 3L, true), (read.Class, read.Outcome, read.VisibleToTenant, read.GapCount, read.IsOwn));
        Assert.Equal((null, null, null, null, null, null), (read.TenantId, read.Actor, read.OnBehalfOf, read.Reason, read.Peer, read.TraceId));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{\"v\":2,\"id\":\"01900000-0000-7000-8000-000000000000\"}")]
    [InlineData("{\"v\":1,\"id\":\"none\"}")]
    [InlineData("{\"v\":1,\"id\":\"01900000-0000-7000-8000-000000000000\",\"at\":\"today\"}")]
    [InlineData("{\"v\":1,\"id\":\"01900000-0000-7000-8000-000000000000\",\"at\":\"2026-03-04T05:06:07.000000Z\",\"class\":\"secret\"}")]
    public void What_is_no_record_of_this_version_is_not_read(string text) =>
        Assert.Null(RecordReader.Read(Encoding.UTF8.GetBytes(text), gapCount: null));
}
