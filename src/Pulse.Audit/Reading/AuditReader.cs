using System.Data.Common;
using System.Globalization;

namespace Pulse.Audit;

internal sealed class AuditReader : IAuditReader
{
    public async Task<AuditPage> QueryAsync(DbConnection connection, AuditQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(query);
        var rows = await ReadAsync(connection, QueryText.For(query), cancellationToken).ConfigureAwait(false);
        if (rows.Count <= query.PageSize)
        {
            return new AuditPage([.. rows.Select(row => row.Entry)], Next: null);
        }

        var last = rows[query.PageSize - 1].Entry;
        return new AuditPage(
            [.. rows.Take(query.PageSize).Select(row => row.Entry)], KeysetCursor.ForTime(last.OccurredAt, last.EventId).ToString());
    }

    public async Task<AuditPage> ReadTailAsync(
        DbConnection connection, string? after, int limit = AuditQuery.DefaultPageSize, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var rows = await ReadAsync(connection, QueryText.ForTail(after, AuditQuery.Checked(limit)), cancellationToken).ConfigureAwait(false);
        return new AuditPage(
            [.. rows.Select(row => row.Entry)],
            rows.Count == 0 ? after : new KeysetCursor(KeysetCursor.Tail, (long)rows[^1].Xid, rows[^1].Entry.EventId).ToString());
    }

    private static async Task<List<(AuditEntry Entry, ulong Xid)>> ReadAsync(DbConnection connection, QueryText text, CancellationToken cancellationToken)
    {
        var command = connection.CreateCommand();
        await using var commandScope = command.ConfigureAwait(false);
#pragma warning disable CA2100 // Constant parts alone; every value is a parameter.
        command.CommandText = text.Sql;
#pragma warning restore CA2100
        foreach (var (name, value) in text.Parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = value;
            command.Parameters.Add(parameter);
        }

        List<(AuditEntry, ulong)> rows = [];
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var readerScope = reader.ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            rows.Add((Entry(reader), ulong.Parse(reader.GetString(15), CultureInfo.InvariantCulture)));
        }

        return rows;
    }

    private static AuditEntry Entry(DbDataReader row) => new()
    {
        OccurredAt = row.GetFieldValue<DateTimeOffset>(0),
        EventId = row.GetGuid(1),
        Stream = row.GetGuid(2),
        Sequence = row.GetInt64(3),
        Class = (AuditClass)row.GetInt16(4),
        Type = row.GetString(5),
        Outcome = (AuditOutcome)row.GetInt16(6),
        TenantId = Text(row, 7),
        Actor = Text(row, 8),
        OnBehalfOf = Text(row, 9),
        Reason = Text(row, 10),
        Peer = Text(row, 11),
        TraceId = Text(row, 12),
        Record = row.GetFieldValue<byte[]>(13),
        Hash = row.GetFieldValue<byte[]>(14),
    };

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
