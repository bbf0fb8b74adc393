using System.Globalization;
using System.Text;

namespace Pulse.Audit;

/// <summary>The SELECT of a query: constant parts, and every value a parameter of its own.</summary>
internal sealed class QueryText
{
    private const string Columns = """
        SELECT occurred_at, event_id, stream, seq, class, type, outcome, tenant_id, actor, on_behalf_of, reason, host(peer), trace_id,
            record, hash, xid::text
        FROM pulse_audit.event
        """;

    private readonly List<(string Name, object Value)> _parameters = [];
    private readonly StringBuilder _sql = new(Columns);
    private string _join = " WHERE ";

    private QueryText()
    {
    }

    public string Sql => _sql.ToString();

    public IReadOnlyList<(string Name, object Value)> Parameters => _parameters;

    /// <summary>One row more than the page holds: whether it is there says whether a next page is.</summary>
    public static QueryText For(AuditQuery query)
    {
        var text = new QueryText();
        text.Where(query.From?.ToUniversalTime(), "occurred_at >= @from", "from");
        text.Where(query.Until?.ToUniversalTime(), "occurred_at < @until", "until");
        text.Where(query.Type, "type = @type", "type");
        text.Where(query.TenantId, "tenant_id = @tenant", "tenant");
        text.Where(query.Actor, "actor = @actor", "actor");
        text.Where((short?)query.Outcome, "outcome = @outcome", "outcome");
        text.Where(query.TraceId, "trace_id = @trace", "trace");
        if (query.After is not null)
        {
            var after = KeysetCursor.Parse(query.After, KeysetCursor.Page);
            text.Where(after.ToTime(), "(occurred_at, event_id) < (@at, @id)", "at");
            text._parameters.Add(("id", after.Id));
        }

        return text.End("occurred_at DESC, event_id DESC", query.PageSize + 1);
    }

    public static QueryText ForTail(string? after, int limit)
    {
        var text = new QueryText();

        // A transaction below this one has ended; what commits later has a number that is not below it.
        text._sql.Append(" WHERE xid < pg_snapshot_xmin(pg_current_snapshot())");
        text._join = " AND ";
        if (after is not null)
        {
            var cursor = KeysetCursor.Parse(after, KeysetCursor.Tail);
            text.Where(((ulong)cursor.Key).ToString(CultureInfo.InvariantCulture), "(xid, event_id) > (CAST(CAST(@xid AS text) AS xid8), @id)", "xid");
            text._parameters.Add(("id", cursor.Id));
        }

        return text.End("xid, event_id", limit);
    }

    private void Where(object? value, string condition, string parameter)
    {
        if (value is null)
        {
            return;
        }

        _sql.Append(_join).Append(condition);
        _parameters.Add((parameter, value));
        _join = " AND ";
    }

    private QueryText End(string order, int limit)
    {
        _sql.Append(CultureInfo.InvariantCulture, $" ORDER BY {order} LIMIT {limit}");
        return this;
    }
}
