using Pulse.Audit.Tests.Evidence;

namespace Pulse.Audit.Tests.Verification;

public sealed class PruneTests : IDisposable
{
    private readonly Trail _trail = Trail.Sealed();

    public void Dispose() => _trail.Dispose();

    [Theory]
    [InlineData(0, 4)]
    [InlineData(2, 3)]
    [InlineData(0, 8)]
    [InlineData(6, 2)]
    public void What_retention_took_out_leaves_a_trail_that_verifies(int from, int count)
    {
        _trail.Prune(from, count, _trail.Second);

        var found = _trail.Verify();

        Assert.Equal((AuditVerdict.Pruned, 8L, 3L), (found.Verdict, found.TreeSize, found.Checkpoints));
        Assert.Equal(new AuditFinding(AuditVerdict.Pruned, AuditFindingReason.Pruned, Index: from, Count: count), Assert.Single(found.Findings));
    }

    [Fact]
    public async Task An_export_of_it_verifies_too()
    {
        _trail.Prune(0, 4, _trail.Second);
        using var writer = new NdjsonWriter();
        writer.Write(_trail.Frame());
        _trail.Events.ForEach(writer.Write);
        using var stream = new MemoryStream(writer.Gathered.Take(0).ToArray());

        var found = await new AuditVerifier(TestKey.Pem(_trail.First)).VerifyExportAsync(stream);

        Assert.Equal((AuditVerdict.Pruned, 3L), (found.Verdict, found.Checkpoints));
    }

    [Fact]
    public void Two_months_taken_out_are_two_markers()
    {
        _trail.Prune(0, 2, _trail.Second);
        _trail.Prune(0, 3, _trail.Second);

        Assert.Equal([2L, 3L], _trail.Verify().Findings.Select(finding => finding.Count));
    }

    [Fact]
    public void More_taken_out_than_the_marker_says_is_missing()
    {
        _trail.Prune(0, 4, _trail.Second);
        _trail.Events.RemoveAt(0);

        Assert.Equal(AuditVerdict.Missing, _trail.Verify().Verdict);
    }

    [Fact]
    public void At_a_handover_either_key_may_sign_a_marker_and_elsewhere_only_that_of_the_time()
    {
        using var trail = new Trail();
        trail.BeginEpoch(trail.First, by: trail.First);
        trail.Seal(trail.First, (Trail.StreamA, 3));
        trail.BeginEpoch(trail.Second, by: trail.First);
        trail.Prune(0, 1, trail.First);
        trail.Prune(0, 1, trail.Second);
        Assert.Equal(AuditVerdict.Pruned, trail.Verify().Verdict);

        trail.Seal(trail.Second, (Trail.StreamA, 2));
        trail.Prune(0, 1, trail.First);
        Assert.Equal(AuditVerdict.Tampered, trail.Verify().Verdict);
    }

    [Theory]
    [InlineData(4, 1, AuditVerdict.Pruned)]
    [InlineData(4, 2, AuditVerdict.Tampered)]
    [InlineData(5, 3, AuditVerdict.Tampered)]
    public void A_retired_key_cannot_sign_away_events_newer_than_its_time(int from, int count, AuditVerdict expected)
    {
        var end = TreeHead.Parse(SignedNote.Parse(_trail.Checkpoints[0].Note)!.Lines)!;
        _trail.Prune(from, count, _trail.First, end);

        Assert.Equal(expected, _trail.Verify().Verdict);
    }

    [Fact]
    public void A_marker_that_tells_of_another_tree_is_tampering()
    {
        _trail.Prune(0, 2, _trail.Second, new TreeHead(TestKey.Origin, 7, new byte[32]));

        Assert.Contains(new AuditFinding(AuditVerdict.Tampered, AuditFindingReason.RootChanged, Index: 7), _trail.Verify().Findings);
    }

    [Fact]
    public async Task A_month_of_more_events_than_a_run_holds_is_several_runs_and_every_line_can_be_read()
    {
        const int Events = 200_000;
        var builder = new PrunedRunBuilder(new DateOnly(2026, 1, 1));
        for (var index = 0; index < Events; index++)
        {
            builder.Add(index, Trail.StreamA, index + 1, BitConverter.GetBytes(index).Concat(new byte[28]).ToArray());
        }

        var runs = builder.Build();
        using var writer = new NdjsonWriter();
        writer.Write(new EvidenceFrame([], [], [], [], [], runs));
        using var stream = new MemoryStream(writer.Gathered.Take(0).ToArray());
        await using var lines = NdjsonReader.ReadLinesAsync(stream, CancellationToken.None).GetAsyncEnumerator();
        var (frame, _) = await NdjsonReader.ReadFrameAsync(lines);

        Assert.Equal([(0L, 1L, 65_536L), (65_536L, 65_537L, 65_536L), (131_072L, 131_073L, 65_536L), (196_608L, 196_609L, 3_392L)], runs.Select(run => (run.FirstIndex, run.FirstSequence, run.Count)));
        Assert.Equal(Events, builder.EventCount);
        Assert.Equal(PruneMarker.DigestOf(runs), PruneMarker.DigestOf(frame.PrunedRuns));
        Assert.Equal(131_071, BitConverter.ToInt32(runs[1].HashAt(131_071)));
    }

    [Theory]
    [InlineData("signer")]
    [InlineData("month")]
    [InlineData("note")]
    [InlineData("hash")]
    [InlineData("place")]
    [InlineData("stream")]
    [InlineData("gone")]
    [InlineData("stray")]
    [InlineData("twice")]
    [InlineData("origin")]
    public void A_marker_that_does_not_hold_is_forged(string changed)
    {
        _trail.Prune(0, 3, changed == "signer" ? _trail.First : _trail.Second);
        var (marker, run) = (_trail.Pruned[0], _trail.PrunedRuns[0]);
        switch (changed)
        {
            case "month":
                _trail.Pruned[0] = marker with { Month = marker.Month.AddMonths(1) };
                _trail.PrunedRuns[0] = run with { Month = marker.Month.AddMonths(1) };
                break;
            case "note":
                _trail.Pruned[0] = marker with { Note = "" };
                break;
            case "hash":
                _trail.PrunedRuns[0] = run with { Hashes = [.. run.Hashes.Reverse()] };
                break;
            case "place":
                _trail.PrunedRuns[0] = run with { FirstSequence = 2 };
                break;
            case "stream":
                _trail.PrunedRuns[0] = run with { Stream = Trail.StreamB };
                break;
            case "gone":
                _trail.PrunedRuns.Clear();
                break;
            case "stray":
                _trail.PrunedRuns.Add(run with { Month = marker.Month.AddMonths(1) });
                break;
            case "twice":
                _trail.PrunedRuns.Add(run);
                break;
            case "origin":
                _trail.Pruned[0] = marker with { Note = TestKey.Sign($"other/pruned\n{SignedNote.Parse(marker.Note)!.Text.Split('\n', 2)[1]}", _trail.Second) };
                break;
            default:
                break;
        }

        Assert.Contains(_trail.Verify().Findings, finding => finding is { Verdict: AuditVerdict.Tampered, Reason: AuditFindingReason.MarkerForged });
    }

    [Fact]
    public void Events_are_joined_to_runs_that_follow_in_tree_and_stream()
    {
        var runs = Trail.Join(new DateOnly(2026, 1, 1), _trail.Events);

        Assert.Equal([(0L, 3L), (3L, 2L), (5L, 1L), (6L, 2L)], runs.Select(run => (run.FirstIndex, run.Count)));
        Assert.Equal([1L, 1L, 4L, 3L], runs.Select(run => run.FirstSequence));
        Assert.Equal(_trail.Events[4].Hash, runs[1].HashAt(4));
        Assert.Empty(Trail.Join(new DateOnly(2026, 1, 1), []));
        Assert.Equal(2, Trail.Join(new DateOnly(2026, 1, 1), [_trail.Events[0], _trail.Events[2]]).Count);
    }

    [Theory]
    [InlineData("a\n2026-01\n1\n1\nR\nR")]
    [InlineData("a/pruned\n2026-13\n1\n1\nR\nR")]
    [InlineData("a/pruned\n2026-01\n-1\n1\nR\nR")]
    [InlineData("a/pruned\n2026-01\n1\nx\nR\nR")]
    [InlineData("a/pruned\n2026-01\n1\n1\nx\nR")]
    [InlineData("a/pruned\n2026-01\n1\n1\nR\nx")]
    [InlineData("a/pruned\n2026-01\n1\n1\nR\nR\nmore")]
    public void Anything_else_is_no_marker(string lines) =>
        Assert.Null(PruneMarker.Parse(lines.Replace("R", "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=", StringComparison.Ordinal).Split('\n')));

    [Fact]
    public void The_digest_is_over_places_and_hashes_as_documented()
    {
        var run = new PrunedRun(1, new DateOnly(2026, 1, 1), Trail.StreamA, 2, new byte[32]);
        byte[] expected =
        [
            0, 0, 0, 0, 0, 0, 0, 1, .. Trail.StreamA.ToByteArray(bigEndian: true), 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 1, .. new byte[32],
        ];

        Assert.Equal(System.Security.Cryptography.SHA256.HashData(expected), PruneMarker.DigestOf([run]));
    }
}
