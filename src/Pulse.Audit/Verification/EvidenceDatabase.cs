using System.Data;
using System.Data.Common;
using Npgsql;

namespace Pulse.Audit;

/// <summary>Reads a trail from the database, all of it as of one moment.</summary>
internal sealed class EvidenceDatabase : IAsyncDisposable
{
    // A time beyond what .NET can hold is a forged one: it comes as null, and is told of instead of being converted.
    internal const string Columns = """
        e.stream, e.seq, e.prev_hash, e.hash, e.record, false,
        CASE WHEN e.occurred_at >= '0001-01-01 00:00+00' AND e.occurred_at < '10000-01-01 00:00+00' THEN e.occurred_at END, e.event_id, e.class, e.type, e.outcome, e.tenant_id,
        e.visible_to_tenant, e.actor, e.on_behalf_of, e.reason,
        CASE WHEN masklen(e.peer) = CASE family(e.peer) WHEN 4 THEN 32 ELSE 128 END THEN host(e.peer) ELSE text(e.peer) END AS peer, e.trace_id
        """;

    private const string NoColumns = """
        q.stream, q.seq, q.prev_hash, q.hash, q.record, true, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
        """;

    private const string Sealed = $"""
        SELECT r.first_index + (seq - r.first_seq), found.* FROM pulse_audit.sealed_run r JOIN LATERAL (
            SELECT {Columns} FROM pulse_audit.event e WHERE e.stream = r.stream AND e.seq BETWEEN r.first_seq AND r.last_seq
            UNION ALL SELECT {NoColumns} FROM pulse_audit.quarantine q WHERE q.stream = r.stream AND q.seq BETWEEN r.first_seq AND r.last_seq
        ) found ON true ORDER BY r.first_index, seq
        """;

    // Also what has a place that was never given: below the first, in a stream that nobody knows.
    private const string Unsealed = $"""
        WITH reach AS (SELECT stream, max(last_seq) AS last_seq FROM pulse_audit.sealed_run GROUP BY stream)
        SELECT NULL::bigint, found.* FROM (
            SELECT {Columns} FROM pulse_audit.event e LEFT JOIN reach ON reach.stream = e.stream WHERE e.seq > coalesce(reach.last_seq, 0) OR e.seq < 1
            UNION ALL SELECT {NoColumns} FROM pulse_audit.quarantine q LEFT JOIN reach ON reach.stream = q.stream WHERE q.seq > coalesce(reach.last_seq, 0) OR q.seq < 1
        ) found ORDER BY stream, seq
        """;

    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;

    private EvidenceDatabase(NpgsqlConnection connection, NpgsqlTransaction transaction) => (_connection, _transaction) = (connection, transaction);

    public static async Task<EvidenceDatabase> OpenAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken).ConfigureAwait(false);
        return new EvidenceDatabase(connection, transaction);
    }

    public async Task<EvidenceFrame> ReadFrameAsync(CancellationToken cancellationToken) => new(
        await ListAsync(
            "SELECT epoch, first_size, public_key, note FROM pulse_audit.key_epoch ORDER BY epoch",
            row => new StoredEpoch(row.GetInt32(0), row.GetInt64(1), row.Bytes(2), row.GetString(3)),
            cancellationToken).ConfigureAwait(false),
        await ListAsync(
            "SELECT tree_size, epoch, note FROM pulse_audit.checkpoint ORDER BY tree_size",
            row => new StoredCheckpoint(row.GetInt64(0), row.GetInt32(1), row.GetString(2)),
            cancellationToken).ConfigureAwait(false),
        await ListAsync(
            "SELECT first_index, stream, first_seq, last_seq FROM pulse_audit.sealed_run ORDER BY first_index",
            row => new SealedRun(row.GetInt64(0), row.GetGuid(1), row.GetInt64(2), row.GetInt64(3)),
            cancellationToken).ConfigureAwait(false),
        await ListAsync(
            "SELECT stream, seq, hash FROM pulse_audit.stream_head WHERE seq > 0 ORDER BY stream",
            row => new ChainHead(row.GetGuid(0), row.GetInt64(1), row.Bytes(2)),
            cancellationToken).ConfigureAwait(false),
        await ListAsync(
            "SELECT CASE WHEN month BETWEEN '0001-01-01' AND '9999-12-31' THEN month ELSE '0001-01-01' END, note FROM pulse_audit.pruned ORDER BY month",
            row => new StoredMarker(row.GetFieldValue<DateOnly>(0), row.GetString(1)),
            cancellationToken).ConfigureAwait(false),
        await ListAsync(
            "SELECT first_index, CASE WHEN month BETWEEN '0001-01-01' AND '9999-12-31' THEN month ELSE '0001-01-01' END, stream, first_seq, hashes FROM pulse_audit.pruned_run ORDER BY first_index",
            row => new PrunedRun(row.GetInt64(0), row.GetFieldValue<DateOnly>(1), row.GetGuid(2), row.GetInt64(3), row.Bytes(4)),
            cancellationToken).ConfigureAwait(false));

    /// <summary>The sealed events in the order of the tree.</summary>
    public IAsyncEnumerable<StoredEvent> ReadSealedAsync(CancellationToken cancellationToken) =>
        Rows.ReadAsync(new NpgsqlCommand(Sealed, _connection, _transaction) { CommandTimeout = 0 }, Event, cancellationToken);

    /// <summary>The others, stream by stream.</summary>
    public IAsyncEnumerable<StoredEvent> ReadUnsealedAsync(CancellationToken cancellationToken) =>
        Rows.ReadAsync(new NpgsqlCommand(Unsealed, _connection, _transaction) { CommandTimeout = 0 }, Event, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync().ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
    }

    private Task<List<T>> ListAsync<T>(string sql, Func<DbDataReader, T> read, CancellationToken cancellationToken) =>
#pragma warning disable CA2100 // Constants of this class.
        Rows.ListAsync(new NpgsqlCommand(sql, _connection, _transaction) { CommandTimeout = 0 }, read, cancellationToken);
#pragma warning restore CA2100

    internal static StoredEvent Event(DbDataReader row) => new(
        row.IsDBNull(0) ? null : row.GetInt64(0), row.GetGuid(1), row.GetInt64(2), row.Bytes(3), row.Bytes(4), row.Bytes(5), ColumnsOf(row), row.GetBoolean(6));

    private static IndexColumns? ColumnsOf(DbDataReader row)
    {
        if (row.GetBoolean(6))
        {
            return null;
        }

        return row.IsDBNull(7)
            ? IndexColumns.Unlike
            : new IndexColumns(
                row.GetFieldValue<DateTimeOffset>(7),
                row.GetGuid(8),
                (AuditClass)row.GetInt16(9),
                row.GetString(10),
                (AuditOutcome)row.GetInt16(11),
                Text(row, 12),
                row.GetBoolean(13),
                Text(row, 14),
                Text(row, 15),
                Text(row, 16),
                PeerOf(Text(row, 17)),
                Text(row, 18));
    }

    // PostgreSQL and .NET write some IPv6 addresses differently.
    private static string? PeerOf(string? text) => System.Net.IPAddress.TryParse(text, out var peer) ? peer.ToString() : text;

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
