namespace Pulse.Audit.Tests.Verification;

/// <summary>Rows that the sink never writes, made by somebody who can change tables: told of, and never an exception.</summary>
public sealed class ForgedRecordTests : IDisposable
{
    private readonly Trail _trail = Trail.Sealed();

    public void Dispose() => _trail.Dispose();

    [Fact]
    public void Events_in_quarantine_are_counted_stream_by_stream_and_the_trail_is_not_ok()
    {
        foreach (var place in new[] { 1, 2, 4 })
        {
            _trail.Events[place] = _trail.Events[place] with { Columns = null, IsQuarantined = true };
        }

        var found = _trail.Verify();

        Assert.Equal(AuditVerdict.Quarantined, found.Verdict);
        Assert.Equal(
            [
                new AuditFinding(AuditVerdict.Quarantined, AuditFindingReason.Quarantined, Trail.StreamA, 2, Count: 2),
                new AuditFinding(AuditVerdict.Quarantined, AuditFindingReason.Quarantined, Trail.StreamB, 2, Count: 1),
            ],
            found.Findings);
    }

    [Theory]
    [InlineData("\"at\":null")]
    [InlineData("\"at\":5")]
    [InlineData("\"class\":null")]
    [InlineData("\"outcome\":null")]
    [InlineData("\"type\":null")]
    [InlineData("\"v\":1e30")]
    [InlineData("\"v\":1.5")]
    [InlineData("\"id\":null")]
    [InlineData("\"visible_to_tenant\":null")]
    [InlineData("\"actor\":5")]
    [InlineData("\"public\":5")]
    [InlineData("\"public\":null")]
    [InlineData("\"public\":[]")]
    [InlineData("\"public\":{\"count\":1.5}")]
    [InlineData("\"public\":{\"count\":1e30}")]
    [InlineData("\"public\":{\"count\":9223372036854775808}")]
    public void A_record_that_nobody_writes_is_tampering_in_the_table_and_in_quarantine(string forged)
    {
        var gap = new Gap(Gap.QueueFull, 3, 0, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch).ToEvent();
        var stored = _trail.Append(Trail.StreamA, written: gap);
        var record = Records.With(stored.Record, forged);
        var hash = ChainHash.Compute(stored.PreviousHash, stored.Stream, stored.Sequence, record);
        _trail.Heads[Trail.StreamA] = _trail.Heads[Trail.StreamA] with { Hash = hash };
        foreach (var columns in new[] { stored.Columns, null })
        {
            _trail.Events[^1] = stored with { Record = record, Hash = hash, Columns = columns };

            var found = _trail.Verify();

            Assert.Equal(AuditVerdict.Tampered, found.Verdict);
            Assert.Contains(new AuditFinding(AuditVerdict.Tampered, AuditFindingReason.RecordUnreadable, Trail.StreamA, 5), found.Findings);
        }
    }

    [Theory]
    [InlineData("v")]
    [InlineData("id")]
    [InlineData("at")]
    [InlineData("class")]
    [InlineData("outcome")]
    [InlineData("type")]
    [InlineData("visible_to_tenant")]
    public void A_record_without_a_member_is_not_read(string member) => Assert.Null(RecordReader.Read(Records.Without(_trail.Events[0].Record, member), null));
}
