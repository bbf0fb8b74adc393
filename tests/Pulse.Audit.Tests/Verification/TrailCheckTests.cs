using Pulse.Audit.Tests.Evidence;

namespace Pulse.Audit.Tests.Verification;

public sealed class TrailCheckTests : IDisposable
{
    private readonly Trail _trail = Trail.Sealed();

    public void Dispose() => _trail.Dispose();

    [Fact]
    public void An_intact_sealed_trail_is_ok()
    {
        var found = _trail.Verify();

        Assert.Equal((AuditVerdict.Ok, 8L, 8L, 3L, 0L), (found.Verdict, found.Events, found.TreeSize, found.Checkpoints, found.Omitted));
        Assert.Empty(found.Findings);
    }

    [Fact]
    public void A_trail_of_nothing_is_ok()
    {
        using var empty = new Trail();

        Assert.Equal(AuditVerdict.Ok, empty.Verify().Verdict);
    }

    [Fact]
    public void Events_that_are_not_sealed_yet_are_told_of()
    {
        _trail.Append(Trail.StreamA);
        _trail.Append(Trail.StreamA);

        var found = _trail.Verify();

        Assert.Equal((AuditVerdict.Unsealed, 10L, 8L), (found.Verdict, found.Events, found.TreeSize));
        Assert.Equal(new AuditFinding(AuditVerdict.Unsealed, AuditFindingReason.NotSealed, Trail.StreamA, 5, Count: 2), Assert.Single(found.Findings));
    }

    [Theory]
    [InlineData(0, AuditVerdict.Ok)]
    [InlineData(3, AuditVerdict.Gap)]
    public void A_declared_gap_is_told_of_when_something_is_missing(long count, AuditVerdict expected)
    {
        var gap = new Gap(Gap.QueueFull, count, 0, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch).ToEvent();
        _trail.Append(Trail.StreamA, written: gap);

        var found = _trail.Verify();

        AuditFinding[] gaps = [.. found.Findings.Where(finding => finding.Verdict == AuditVerdict.Gap)];
        Assert.Equal(expected == AuditVerdict.Gap ? AuditVerdict.Gap : AuditVerdict.Unsealed, found.Verdict);
        Assert.Equal(expected == AuditVerdict.Gap ? [new AuditFinding(AuditVerdict.Gap, AuditFindingReason.DeclaredGap, Trail.StreamA, 5, Count: 3)] : [], gaps);
    }

    [Fact]
    public void A_gap_record_without_a_count_declares_nothing()
    {
        _trail.Append(Trail.StreamA, written: new AuditEvent { Type = Gap.EventType, Class = AuditClass.Security });
        _trail.Append(Trail.StreamA, written: new AuditEvent { Type = Gap.EventType, Class = AuditClass.Security, Fields = [AuditField.Public("count", "x")] });
        _trail.Append(Trail.StreamA, written: new AuditEvent { Type = Gap.EventType, Class = AuditClass.Security, Fields = [AuditField.Public("other", 1)] });

        Assert.Equal(AuditVerdict.Unsealed, _trail.Verify().Verdict);
    }

    [Fact]
    public void A_changed_record_is_tampering_at_its_place()
    {
        _trail.Events[1] = _trail.Events[1] with { Record = _trail.Events[0].Record, Columns = _trail.Events[0].Columns };

        AssertTampered(_trail.Verify(), new AuditFinding(AuditVerdict.Tampered, AuditFindingReason.RecordChanged, Trail.StreamA, 2, 1));
    }

    [Fact]
    public void A_changed_column_is_tampering_at_its_place()
    {
        _trail.Events[1] = _trail.Events[1] with { Columns = _trail.Events[1].Columns! with { Actor = "somebody else" } };

        AssertTampered(_trail.Verify(), new AuditFinding(AuditVerdict.Tampered, AuditFindingReason.ColumnChanged, Trail.StreamA, 2, 1));
    }

    [Fact]
    public void An_event_without_columns_has_none_to_compare()
    {
        _trail.Events[1] = _trail.Events[1] with { Columns = null };

        Assert.Equal(AuditVerdict.Ok, _trail.Verify().Verdict);
    }

    [Fact]
    public void A_hash_that_was_made_right_again_breaks_the_next_link()
    {
        var changed = _trail.Events[0];
        var record = _trail.Events[1].Record;
        _trail.Events[0] = changed with
        {
            Record = record,
            Columns = _trail.Events[1].Columns,
            Hash = ChainHash.Compute(changed.PreviousHash, changed.Stream, changed.Sequence, record),
        };

        var found = _trail.Verify();

        Assert.Equal(AuditVerdict.Tampered, found.Verdict);
        Assert.Contains(new AuditFinding(AuditVerdict.Tampered, AuditFindingReason.LinkBroken, Trail.StreamA, 2, 1), found.Findings);
        Assert.Contains(new AuditFinding(AuditVerdict.Tampered, AuditFindingReason.RootChanged, Index: 5), found.Findings);
    }

    [Fact]
    public void A_chain_made_right_again_to_its_end_has_another_root()
    {
        _trail.Rewrite(6);

        AssertTampered(_trail.Verify(), new AuditFinding(AuditVerdict.Tampered, AuditFindingReason.RootChanged, Index: 8));
    }

    [Fact]
    public void Old_events_signed_anew_by_the_newer_key_are_tampering()
    {
        _trail.Rewrite(0);
        _trail.Reseal(_ => _trail.Second);

        var found = _trail.Verify();

        Assert.Equal(AuditVerdict.Tampered, found.Verdict);
        Assert.Contains(new AuditFinding(AuditVerdict.Tampered, AuditFindingReason.CheckpointForged, Index: 5), found.Findings);
        Assert.Contains(new AuditFinding(AuditVerdict.Tampered, AuditFindingReason.RootChanged, Index: 5), found.Findings);
    }

    [Fact]
    public void A_handover_moved_back_by_the_newer_key_is_not_believed()
    {
        _trail.Rewrite(0);
        _trail.Reseal(_ => _trail.Second);
        var moved = new KeyHandover(TestKey.Origin, 2, new TreeHead(TestKey.Origin, 0, new MerkleFrontier().Root), _trail.Second.PublicKey.ToArray());
        _trail.Epochs[1] = new StoredEpoch(2, 0, moved.PublicKey, TestKey.Sign(moved.ToString(), _trail.Second));

        var found = _trail.Verify();

        Assert.Contains(new AuditFinding(AuditVerdict.Tampered, AuditFindingReason.KeyUntrusted, Index: 0), found.Findings);
        Assert.Equal(AuditVerdict.Tampered, found.Verdict);
    }

    [Fact]
    public void Whoever_has_the_key_of_the_time_can_rewrite_and_only_a_checkpoint_given_out_earlier_tells()
    {
        var givenOut = _trail.Checkpoints[^1].Note;
        _trail.Rewrite(6);
        _trail.Reseal(size => size <= 5 ? _trail.First : _trail.Second);

        Assert.Equal(AuditVerdict.Ok, _trail.Verify().Verdict);
        AssertTampered(_trail.Verify(givenOut), new AuditFinding(AuditVerdict.Tampered, AuditFindingReason.RootChanged, Index: 8));
    }

    [Fact]
    public void A_deleted_event_is_missing()
    {
        _trail.Events.RemoveAt(1);

        var found = _trail.Verify();

        Assert.Equal(AuditVerdict.Missing, found.Verdict);
        Assert.Equal(new AuditFinding(AuditVerdict.Missing, AuditFindingReason.EventsMissing, Trail.StreamA, 2, Count: 1), Assert.Single(found.Findings));
    }

    [Fact]
    public void Deleted_events_at_the_end_are_missing()
    {
        _trail.Events.RemoveRange(6, 2);

        var found = _trail.Verify();

        Assert.Equal(new AuditFinding(AuditVerdict.Missing, AuditFindingReason.EventsMissing, Trail.StreamB, 3, Count: 2), Assert.Single(found.Findings));
    }

    [Fact]
    public void All_events_deleted_are_missing()
    {
        _trail.Events.Clear();

        var found = _trail.Verify();

        Assert.Equal(AuditVerdict.Missing, found.Verdict);
        Assert.Equal(2, found.Findings.Count);
    }

    [Fact]
    public void Two_events_that_changed_places_are_tampering()
    {
        var (first, second) = (_trail.Events[0], _trail.Events[1]);
        _trail.Events[0] = second with { Index = 0, Sequence = 1 };
        _trail.Events[1] = first with { Index = 1, Sequence = 2 };

        var found = _trail.Verify();

        Assert.Equal(AuditVerdict.Tampered, found.Verdict);
        Assert.Contains(new AuditFinding(AuditVerdict.Tampered, AuditFindingReason.RecordChanged, Trail.StreamA, 1, 0), found.Findings);
        Assert.Contains(new AuditFinding(AuditVerdict.Tampered, AuditFindingReason.RecordChanged, Trail.StreamA, 2, 1), found.Findings);
    }

    [Fact]
    public void An_event_that_is_there_twice_is_tampering()
    {
        _trail.Events.Insert(1, _trail.Events[0]);

        AssertTampered(
            _trail.Verify(),
            new AuditFinding(AuditVerdict.Tampered, AuditFindingReason.EventMisplaced, Trail.StreamA, 1, 0),
            new AuditFinding(AuditVerdict.Tampered, AuditFindingReason.EventMisplaced, Trail.StreamA, 1, 0));
    }

    [Theory]
    [InlineData(8)]
    [InlineData(100)]
    public void An_event_at_a_place_nobody_sealed_is_tampering(long index)
    {
        _trail.Append(Trail.StreamA, index);

        AssertTampered(_trail.Verify(), new AuditFinding(AuditVerdict.Tampered, AuditFindingReason.EventMisplaced, Trail.StreamA, 5, index));
    }

    [Fact]
    public void A_trail_cut_with_its_heads_and_checkpoints_shows_only_against_a_checkpoint_given_out_earlier()
    {
        var givenOut = _trail.Checkpoints[^1].Note;
        Cut();

        Assert.Equal(AuditVerdict.Ok, _trail.Verify().Verdict);
        var found = _trail.Verify(givenOut);
        Assert.Equal(AuditVerdict.Missing, found.Verdict);
        Assert.Equal(new AuditFinding(AuditVerdict.Missing, AuditFindingReason.LogCut, Index: 6, Count: 2), Assert.Single(found.Findings));
    }

    [Fact]
    public void A_trail_deleted_with_all_its_evidence_still_contradicts_a_checkpoint_given_out_earlier()
    {
        using var empty = new Trail();

        var found = empty.Verify([_trail.First.PublicKey], _trail.Checkpoints[0].Note);

        Assert.Equal(new AuditFinding(AuditVerdict.Missing, AuditFindingReason.LogCut, Index: 0, Count: 5), Assert.Single(found.Findings));
    }

    [Fact]
    public void Sealed_events_without_a_checkpoint_over_them_are_tampering()
    {
        _trail.Checkpoints.RemoveAt(2);

        AssertTampered(_trail.Verify(), new AuditFinding(AuditVerdict.Tampered, AuditFindingReason.CheckpointMissing, Index: 8));
    }

    [Fact]
    public void A_checkpoint_in_the_middle_may_be_gone() // the next one covers it
    {
        _trail.Checkpoints.RemoveAt(0);

        var found = _trail.Verify();

        Assert.Equal((AuditVerdict.Ok, 3L), (found.Verdict, found.Checkpoints));
    }

    [Fact]
    public void A_head_moved_back_is_tampering()
    {
        var head = _trail.Heads[Trail.StreamA];
        _trail.Heads[Trail.StreamA] = head with { Sequence = 3, Hash = _trail.Events[2].Hash };

        AssertTampered(_trail.Verify(), new AuditFinding(AuditVerdict.Tampered, AuditFindingReason.HeadChanged, Trail.StreamA, 3));
    }

    [Fact]
    public void A_head_of_another_hash_is_tampering()
    {
        _trail.Heads[Trail.StreamA] = _trail.Heads[Trail.StreamA] with { Hash = new byte[32] };

        AssertTampered(_trail.Verify(), new AuditFinding(AuditVerdict.Tampered, AuditFindingReason.HeadChanged, Trail.StreamA, 4));
    }

    [Fact]
    public void A_head_that_is_gone_is_tampering()
    {
        _trail.Heads.Remove(Trail.StreamA);

        AssertTampered(_trail.Verify(), new AuditFinding(AuditVerdict.Tampered, AuditFindingReason.HeadChanged, Trail.StreamA));
    }

    [Fact]
    public void A_head_beyond_the_events_means_that_some_are_missing()
    {
        _trail.Heads[Trail.StreamA] = _trail.Heads[Trail.StreamA] with { Sequence = 9 };

        var found = _trail.Verify();

        Assert.Equal(new AuditFinding(AuditVerdict.Missing, AuditFindingReason.EventsMissing, Trail.StreamA, 5, Count: 5), Assert.Single(found.Findings));
    }

    [Theory]
    [InlineData(0, 1, 0, 0)]
    [InlineData(1, 4, 0, 0)]
    [InlineData(1, 3, 1, 0)]
    [InlineData(2, 5, 1, 0)]
    public void Runs_that_are_not_in_one_piece_are_tampering(int run, long firstIndex, long later, long longer)
    {
        var changed = _trail.Runs[run];
        _trail.Runs[run] = changed with
        {
            FirstIndex = firstIndex,
            FirstSequence = changed.FirstSequence + later,
            LastSequence = changed.LastSequence + later + longer,
        };

        var found = _trail.Verify();

        Assert.Equal(AuditVerdict.Tampered, found.Verdict);
        Assert.Contains(found.Findings, finding => finding.Reason == AuditFindingReason.RunsBroken);
    }

    [Fact]
    public void Findings_beyond_the_limit_are_counted()
    {
        using var trail = new Trail();
        for (var number = 0; number < 1_002; number++)
        {
            trail.Append(Trail.StreamA);
            trail.Events[^1] = trail.Events[^1] with { Columns = trail.Events[^1].Columns! with { Type = "x" } };
        }

        var found = trail.Verify();

        Assert.Equal((1_000, 3L, AuditVerdict.Tampered), (found.Findings.Count, found.Omitted, found.Verdict));
    }

    private static void AssertTampered(AuditVerification found, params AuditFinding[] expected)
    {
        Assert.Equal(AuditVerdict.Tampered, found.Verdict);
        Assert.Equal(expected, found.Findings);
    }

    private void Cut()
    {
        _trail.Events.RemoveRange(6, 2);
        _trail.Runs.RemoveAt(3);
        _trail.Checkpoints.RemoveAt(2);
        _trail.Heads[Trail.StreamB] = _trail.Heads[Trail.StreamB] with { Sequence = 2, Hash = _trail.Events[4].Hash };
    }
}
