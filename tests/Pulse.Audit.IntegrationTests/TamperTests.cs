using Pulse.TestKit;

namespace Pulse.Audit.IntegrationTests;

/// <summary>A superuser changes a sealed trail: the verifier says what was done, and SQL that knows nothing of it agrees about the chain.</summary>
[Collection(PostgresTests.Name)]
public sealed class TamperTests(PostgresFixture postgres) : IAsyncLifetime
{
    // Hashes made right again from a place on, as somebody would who has read the documentation.
    private const string Rehash = """
        DO $rehash$
        DECLARE
            link record;
            previous bytea;
        BEGIN
            FOR link IN SELECT * FROM pulse_audit.event ORDER BY stream, seq LOOP
                IF link.seq = 1 THEN
                    previous := decode(repeat('00', 32), 'hex');
                END IF;
                UPDATE pulse_audit.event SET prev_hash = previous,
                    hash = sha256('pulse.audit.v1'::bytea || previous || uuid_send(stream) || int8send(seq) || record)
                WHERE event_id = link.event_id RETURNING hash INTO previous;
                UPDATE pulse_audit.stream_head SET hash = previous WHERE stream = link.stream AND seq = link.seq;
            END LOOP;
        END $rehash$;
        """;

    private SealedTrail _trail = null!;

    public async Task InitializeAsync()
    {
        _trail = await SealedTrail.CreateAsync(postgres);
        await _trail.WriteAsync(6);
        await _trail.SealAsync();
        await _trail.WriteAsync(6);
        await _trail.SealAsync();
    }

    public async Task DisposeAsync() => await _trail.DisposeAsync();

    [Fact]
    public async Task An_untouched_trail_is_ok_and_sql_agrees()
    {
        var found = await _trail.VerifyAsync();

        Assert.Equal((AuditVerdict.Ok, 12L, 12L, 2L), (found.Verdict, found.Events, found.TreeSize, found.Checkpoints));
        Assert.Equal((0L, 0L), await SqlAsync());
    }

    [Theory]
    [InlineData("actor = 'nobody'")]
    [InlineData("type = 'other'")]
    [InlineData("outcome = 3")]
    [InlineData("class = 0")]
    [InlineData("tenant_id = 'globex'")]
    [InlineData("visible_to_tenant = false")]
    [InlineData("reason = 'none'")]
    [InlineData("on_behalf_of = 'x'")]
    [InlineData("peer = '192.0.2.8'")]
    [InlineData("peer = '192.0.2.7/24'")]
    [InlineData("peer = NULL")]
    [InlineData("trace_id = 'x'")]
    [InlineData("occurred_at = occurred_at + interval '1 microsecond'")]
    [InlineData("event_id = gen_random_uuid()")]
    public async Task An_edited_column_is_tampering_though_the_chain_holds(string edit)
    {
        await _trail.ForgeAsync($"UPDATE pulse_audit.event SET {edit} WHERE seq = 3");

        var found = await _trail.VerifyAsync();

        Assert.Equal(AuditVerdict.Tampered, found.Verdict);
        Assert.All(found.Findings, finding => Assert.Equal((AuditFindingReason.ColumnChanged, 3L), (finding.Reason, finding.Sequence)));
        Assert.Equal(2, found.Findings.Count);
        Assert.Equal(0, (await SqlAsync()).Broken);
    }

    [Theory]
    [InlineData("200000-01-01 00:00+00")]
    [InlineData("4000-01-01 00:00+00 BC")]
    [InlineData("infinity")]
    [InlineData("-infinity")]
    public async Task A_time_that_no_event_can_have_is_tampering_and_no_crash(string time)
    {
        await _trail.ForgeAsync($"UPDATE pulse_audit.event SET occurred_at = '{time}' WHERE seq = 3");

        var found = await _trail.VerifyAsync();

        Assert.Equal((AuditVerdict.Tampered, 12L), (found.Verdict, found.Events));
        Assert.All(found.Findings, finding => Assert.Equal((AuditFindingReason.ColumnChanged, 3L), (finding.Reason, finding.Sequence)));
    }

    [Fact]
    public async Task An_event_that_was_moved_to_quarantine_is_told_of()
    {
        await _trail.ForgeAsync("""
            INSERT INTO pulse_audit.quarantine (stream, seq, event_id, sqlstate, record, prev_hash, hash)
                SELECT stream, seq, event_id, '22000', record, prev_hash, hash FROM pulse_audit.event WHERE seq = 3;
            DELETE FROM pulse_audit.event WHERE seq = 3;
            """);

        var found = await _trail.VerifyAsync();

        Assert.Equal(AuditVerdict.Quarantined, found.Verdict);
        Assert.All(found.Findings, finding => Assert.Equal((AuditFindingReason.Quarantined, 3L, 1L), (finding.Reason, finding.Sequence, finding.Count)));
    }

    [Fact]
    public async Task An_edited_record_is_tampering()
    {
        await _trail.ForgeAsync("UPDATE pulse_audit.event SET record = convert_to(replace(convert_from(record, 'UTF8'), 'actor 2', 'actor 9'), 'UTF8'), actor = 'actor 9' WHERE seq = 3");

        var found = await _trail.VerifyAsync();

        Assert.Equal(AuditVerdict.Tampered, found.Verdict);
        Assert.Equal([AuditFindingReason.RecordChanged, AuditFindingReason.RecordChanged], found.Findings.Select(finding => finding.Reason));
        Assert.Equal((2L, 0L), await SqlAsync());
    }

    [Fact]
    public async Task An_edited_record_with_every_hash_made_right_again_is_tampering_by_its_root_alone()
    {
        await _trail.ForgeAsync(
            "UPDATE pulse_audit.event SET record = convert_to(replace(convert_from(record, 'UTF8'), 'actor 2', 'actor 9'), 'UTF8'), actor = 'actor 9' WHERE seq = 3;"
            + Rehash);

        var found = await _trail.VerifyAsync();

        Assert.Equal((0L, 0L), await SqlAsync());
        Assert.Equal(AuditVerdict.Tampered, found.Verdict);
        Assert.Equal((AuditFindingReason.RootChanged, 6L), (Assert.Single(found.Findings).Reason, found.Findings[0].Index));
    }

    [Fact]
    public async Task A_deleted_row_is_missing()
    {
        await _trail.ForgeAsync("DELETE FROM pulse_audit.event WHERE seq = 3");

        var found = await _trail.VerifyAsync();

        Assert.Equal(AuditVerdict.Missing, found.Verdict);
        Assert.All(found.Findings, finding => Assert.Equal((AuditFindingReason.EventsMissing, 3L, 1L), (finding.Reason, finding.Sequence, finding.Count)));
        Assert.True((await SqlAsync()).Broken > 0);
    }

    [Fact]
    public async Task Two_rows_that_changed_places_are_tampering()
    {
        await _trail.ForgeAsync("UPDATE pulse_audit.event SET seq = 7 - seq WHERE seq IN (3, 4)");

        Assert.Equal(AuditVerdict.Tampered, (await _trail.VerifyAsync()).Verdict);
        Assert.True((await SqlAsync()).Broken > 0);
    }

    [Fact]
    public async Task A_truncated_table_is_missing()
    {
        await _trail.ForgeAsync("TRUNCATE pulse_audit.event");

        var found = await _trail.VerifyAsync();

        Assert.Equal((AuditVerdict.Missing, 0L, 12L), (found.Verdict, found.Events, found.TreeSize));
    }

    [Fact]
    public async Task A_tail_cut_with_everything_that_tells_of_it_shows_against_a_checkpoint_kept_elsewhere()
    {
        var kept = (await _trail.SealAsync()).Newest!.Note;
        await _trail.ForgeAsync("""
            DELETE FROM pulse_audit.event WHERE stream = (SELECT stream FROM pulse_audit.sealed_run ORDER BY first_index DESC LIMIT 1);
            DELETE FROM pulse_audit.stream_head WHERE stream = (SELECT stream FROM pulse_audit.sealed_run ORDER BY first_index DESC LIMIT 1);
            DELETE FROM pulse_audit.checkpoint WHERE tree_size = 12;
            DELETE FROM pulse_audit.sealed_run WHERE first_index = 6;
            """);

        Assert.Equal(AuditVerdict.Ok, (await _trail.VerifyAsync()).Verdict);
        var found = await _trail.VerifyAsync(kept);
        Assert.Equal((AuditVerdict.Missing, AuditFindingReason.LogCut), (found.Verdict, Assert.Single(found.Findings).Reason));

        // The process that sealed it knows better than to go on; one that was started since does not.
        Assert.Equal(SealRefusal.LogWentBack, (await _trail.SealAsync()).Refusal);
        _trail.Restart();
        Assert.Equal(SealRefusal.None, (await _trail.SealAsync()).Refusal);
    }

    [Fact]
    public async Task Old_events_signed_anew_with_a_newer_key_are_tampering()
    {
        using var newer = SealedTrail.NewSigner();
        await _trail.WriteAsync(1);
        await _trail.SealerOf(newer, retiring: _trail.Signer).SealAsync(CancellationToken.None);
        Assert.Equal(AuditVerdict.Ok, (await _trail.VerifyAsync()).Verdict);

        // Whoever stole the newer key, and owns the database, rewrites the past and lets that key sign all of it.
        await _trail.ForgeAsync(
            "UPDATE pulse_audit.event SET record = convert_to(replace(convert_from(record, 'UTF8'), 'actor 2', 'actor 9'), 'UTF8'), actor = 'actor 9' WHERE seq = 3;"
            + Rehash);
        await ResignAsync(newer);
        var found = await _trail.VerifyAsync();

        Assert.Equal(AuditVerdict.Tampered, found.Verdict);
        Assert.Contains(found.Findings, finding => finding is { Reason: AuditFindingReason.CheckpointForged, Index: 6 });
        Assert.Contains(found.Findings, finding => finding is { Reason: AuditFindingReason.RootChanged });
        Assert.Equal((0L, 0L), await SqlAsync());
    }

    [Fact]
    public async Task The_sealer_does_not_sign_what_was_changed_before_it_came()
    {
        await _trail.WriteAsync(3);
        await _trail.ForgeAsync("UPDATE pulse_audit.event SET record = record || ' ' WHERE seq = 2 AND stream NOT IN (SELECT stream FROM pulse_audit.sealed_run)");
        await _trail.WriteAsync(2);

        var result = await _trail.SealAsync();

        Assert.Equal((2L, 1L), (result.Sealed, Assert.Single(result.Broken).Sequence));
        var found = await _trail.VerifyAsync();
        Assert.Equal((AuditVerdict.Tampered, 14L), (found.Verdict, found.TreeSize));
        Assert.Contains(found.Findings, finding => finding is { Reason: AuditFindingReason.RecordChanged, Sequence: 2 });
        Assert.Contains(found.Findings, finding => finding is { Reason: AuditFindingReason.NotSealed, Count: 3 });
    }

    [Fact]
    public async Task The_sealer_does_not_go_on_from_a_forged_checkpoint()
    {
        await _trail.ForgeAsync("UPDATE pulse_audit.checkpoint SET frontier = sha256('x') || sha256('y') WHERE tree_size = 12");

        Assert.Equal(SealRefusal.CheckpointForged, (await _trail.SealAsync()).Refusal);
    }

    private async Task ResignAsync(IAuditSigner signer)
    {
        var tree = new MerkleFrontier();
        var hashes = await Rows.ListAsync(
            _trail.Database.Superuser.CreateCommand("SELECT e.hash FROM pulse_audit.sealed_run r JOIN pulse_audit.event e ON e.stream = r.stream ORDER BY first_index, seq"),
            row => row.Bytes(0),
            CancellationToken.None);
        foreach (var hash in hashes)
        {
            tree.Add(hash);
            var note = await SignedNote.SignAsync(
                new TreeHead(SealedTrail.Origin, tree.Size, tree.Root).ToString(), SealedTrail.Origin, signer, CancellationToken.None);
            await _trail.ForgeAsync($"UPDATE pulse_audit.checkpoint SET note = '{note}' WHERE tree_size = {tree.Size}");
        }
    }

    private async Task<(long Broken, long Forged)> SqlAsync() =>
        (await _trail.Database.CountAsync(ChainQueries.BrokenLinks), await _trail.Database.CountAsync(ChainQueries.ForgedColumns));
}
