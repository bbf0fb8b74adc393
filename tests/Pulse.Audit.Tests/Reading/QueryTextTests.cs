namespace Pulse.Audit.Tests.Reading;

public sealed class QueryTextTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 24, 12, 0, 0, TimeSpan.FromHours(1));

    [Fact]
    public void No_condition_asks_for_the_newest_and_one_row_more_than_the_page_holds()
    {
        var text = QueryText.For(new AuditQuery { PageSize = 10 });

        Assert.EndsWith("FROM pulse_audit.event ORDER BY occurred_at DESC, event_id DESC LIMIT 11", text.Sql, StringComparison.Ordinal);
        Assert.Empty(text.Parameters);
    }

    [Fact]
    public void Every_condition_is_a_parameter_and_all_must_hold()
    {
        var id = Guid.CreateVersion7(Noon);
        var text = QueryText.For(new AuditQuery
        {
            From = Noon,
            Until = Noon.AddHours(1),
            Type = "a",
            TenantId = "b",
            Actor = "'; --",
            Outcome = AuditOutcome.Denied,
            TraceId = "d",
            After = KeysetCursor.ForTime(Noon, id).ToString(),
        });

        Assert.Contains(
            " WHERE occurred_at >= @from AND occurred_at < @until AND type = @type AND tenant_id = @tenant AND actor = @actor AND outcome = @outcome"
            + " AND trace_id = @trace AND (occurred_at, event_id) < (@at, @id) ORDER BY occurred_at DESC, event_id DESC LIMIT 101", text.Sql, StringComparison.Ordinal);
        Assert.Equal(
            [
                ("from", Noon.ToUniversalTime()), ("until", Noon.AddHours(1).ToUniversalTime()), ("type", "a"), ("tenant", "b"), ("actor", "'; --"),
                ("outcome", (short)2), ("trace", "d"), ("at", Noon.ToUniversalTime()), ("id", id),
            ],
            text.Parameters);
        Assert.Equal(TimeSpan.Zero, ((DateTimeOffset)text.Parameters[0].Value).Offset);
        Assert.Equal(TimeSpan.Zero, ((DateTimeOffset)text.Parameters[1].Value).Offset);
    }

    [Fact]
    public void The_tail_waits_for_transactions_under_way_and_goes_on_behind_its_cursor()
    {
        var id = Guid.CreateVersion7(Noon);

        var first = QueryText.ForTail(null, 5);
        var next = QueryText.ForTail(new KeysetCursor(KeysetCursor.Tail, -1, id).ToString(), 5);

        Assert.EndsWith(" WHERE xid < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY xid, event_id LIMIT 5", first.Sql, StringComparison.Ordinal);
        Assert.Empty(first.Parameters);
        Assert.EndsWith(
            " WHERE xid < pg_snapshot_xmin(pg_current_snapshot()) AND (xid, event_id) > (CAST(CAST(@xid AS text) AS xid8), @id) ORDER BY xid, event_id LIMIT 5",
            next.Sql,
            StringComparison.Ordinal);
        Assert.Equal([("xid", "18446744073709551615"), ("id", id)], next.Parameters);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1_001)]
    public void A_page_has_its_bounds(int size) => Assert.Throws<ArgumentOutOfRangeException>(() => new AuditQuery { PageSize = size });

    [Theory]
    [InlineData(1)]
    [InlineData(1_000)]
    public void A_page_within_its_bounds_is_taken(int size) => Assert.Equal(size, new AuditQuery { PageSize = size }.PageSize);

    [Fact]
    public void An_entry_shows_no_personal_data()
    {
        var id = Guid.CreateVersion7(Noon);
        var entry = new AuditEntry
        {
            OccurredAt = Noon,
            EventId = id,
            Stream = id,
            Sequence = 1,
            Class = AuditClass.Access,
            Type = "auth.login",
            Outcome = AuditOutcome.Success,
            Actor = "somebody",
            Record = ReadOnlyMemory<byte>.Empty,
            Hash = ReadOnlyMemory<byte>.Empty,
        };

        Assert.Equal($"auth.login {id:D}", entry.ToString());
    }
}
