using Npgsql;
using NpgsqlTypes;

namespace Pulse.Audit;

/// <summary>One INSERT per batch from arrays, and the head moved by compare-and-set, in one transaction.</summary>
internal sealed class PostgresAuditStore(NpgsqlDataSource source) : IAuditStore
{
    private const string InsertEvents = """
        INSERT INTO pulse_audit.event (occurred_at, event_id, stream, seq, class, type, outcome, tenant_id, visible_to_tenant,
            actor, on_behalf_of, reason, peer, trace_id, record, prev_hash, hash)
        SELECT e.occurred_at, e.event_id, $3, e.seq, e.class, e.type, e.outcome, e.tenant_id, e.visible,
            e.actor, e.on_behalf_of, e.reason, e.peer::inet, e.trace_id, e.record, e.prev_hash, e.hash
        FROM unnest($1::timestamptz[], $2::uuid[], $4::bigint[], $5::smallint[], $6::text[], $7::smallint[], $8::text[], $9::boolean[],
            $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::bytea[], $16::bytea[], $17::bytea[])
            AS e(occurred_at, event_id, seq, class, type, outcome, tenant_id, visible, actor, on_behalf_of, reason, peer, trace_id,
                record, prev_hash, hash)
        ON CONFLICT DO NOTHING
        """;

    private const string InsertQuarantine = """
        INSERT INTO pulse_audit.quarantine (stream, seq, event_id, sqlstate, record, prev_hash, hash)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT DO NOTHING
        """;

    public async Task<StoreResult> AppendAsync(
        ReadOnlyMemory<ChainedEvent> events, bool synchronous, CancellationToken cancellationToken)
    {
        var insert = EventsCommand(events.ToArray());
        return await CommitAsync(insert, events.Length, events.Span[0], events.Span[^1], synchronous, cancellationToken).ConfigureAwait(false);
    }

    public async Task<StoreResult> QuarantineAsync(ChainedEvent refused, string sqlState, CancellationToken cancellationToken)
    {
        var insert = new NpgsqlBatchCommand(InsertQuarantine);
        Add(insert, NpgsqlDbType.Uuid, refused.Stream);
        Add(insert, NpgsqlDbType.Bigint, refused.Sequence);
        Add(insert, NpgsqlDbType.Uuid, refused.Event.Id);
        Add(insert, NpgsqlDbType.Text, sqlState);
        Add(insert, NpgsqlDbType.Bytea, refused.Event.Record);
        Add(insert, NpgsqlDbType.Bytea, refused.PreviousHash);
        Add(insert, NpgsqlDbType.Bytea, refused.Hash);
        return await CommitAsync(insert, 1, refused, refused, synchronous: true, cancellationToken).ConfigureAwait(false);
    }

    public async Task<ChainHead?> FindHeadAsync(Guid stream, CancellationToken cancellationToken)
    {
        var query = source.CreateCommand("SELECT seq, hash FROM pulse_audit.stream_head WHERE stream = $1");
        await using var queryScope = query.ConfigureAwait(false);
        query.Parameters.Add(Parameter(NpgsqlDbType.Uuid, stream));
        var reader = await query.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var readerScope = reader.ConfigureAwait(false);
        return await reader.ReadAsync(cancellationToken).ConfigureAwait(false)
            ? new ChainHead(stream, reader.GetInt64(0), await reader.GetFieldValueAsync<byte[]>(1, cancellationToken).ConfigureAwait(false))
            : null;
    }

    private async Task<StoreResult> CommitAsync(
        NpgsqlBatchCommand insert, int rows, ChainedEvent first, ChainedEvent last, bool synchronous, CancellationToken cancellationToken)
    {
        var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var connectionScope = connection.ConfigureAwait(false);
        var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using var transactionScope = transaction.ConfigureAwait(false);
        var batch = new NpgsqlBatch(connection, transaction);
        await using var batchScope = batch.ConfigureAwait(false);

        if (synchronous)
        {
            // A role or server with synchronous_commit=off would make the commit a promise nobody keeps.
            batch.BatchCommands.Add(new NpgsqlBatchCommand("SET LOCAL synchronous_commit = on"));
        }

        if (first.Sequence == 1)
        {
            var open = new NpgsqlBatchCommand("INSERT INTO pulse_audit.stream_head (stream) VALUES ($1) ON CONFLICT DO NOTHING");
            Add(open, NpgsqlDbType.Uuid, first.Stream);
            batch.BatchCommands.Add(open);
        }

        var advance = AdvanceCommand(first, last);
        batch.BatchCommands.Add(insert);
        batch.BatchCommands.Add(advance);
        await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);

        if (advance.RecordsAffected == 0)
        {
            await transaction.RollbackAsync(cancellationToken).ConfigureAwait(false);
            return await IsHeadAsync(connection, last, cancellationToken).ConfigureAwait(false)
                ? StoreResult.AlreadyCommitted
                : StoreResult.HeadMoved;
        }

        if (insert.RecordsAffected != rows)
        {
            await transaction.RollbackAsync(cancellationToken).ConfigureAwait(false);
            return StoreResult.Duplicate;
        }

        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return StoreResult.Committed;
    }

    private static NpgsqlBatchCommand AdvanceCommand(ChainedEvent first, ChainedEvent last)
    {
        var advance = new NpgsqlBatchCommand("""
            UPDATE pulse_audit.stream_head SET seq = $1, hash = $2, advanced_at = clock_timestamp()
            WHERE stream = $3 AND seq = $4 AND hash = $5
            """);
        Add(advance, NpgsqlDbType.Bigint, last.Sequence);
        Add(advance, NpgsqlDbType.Bytea, last.Hash);
        Add(advance, NpgsqlDbType.Uuid, first.Stream);
        Add(advance, NpgsqlDbType.Bigint, first.Sequence - 1);
        Add(advance, NpgsqlDbType.Bytea, first.PreviousHash);
        return advance;
    }

    private static async Task<bool> IsHeadAsync(NpgsqlConnection connection, ChainedEvent last, CancellationToken cancellationToken)
    {
        var query = new NpgsqlCommand(
            "SELECT 1 FROM pulse_audit.stream_head WHERE stream = $1 AND seq = $2 AND hash = $3", connection);
        await using var queryScope = query.ConfigureAwait(false);
        query.Parameters.Add(Parameter(NpgsqlDbType.Uuid, last.Stream));
        query.Parameters.Add(Parameter(NpgsqlDbType.Bigint, last.Sequence));
        query.Parameters.Add(Parameter(NpgsqlDbType.Bytea, last.Hash));
        return await query.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is not null;
    }

    private static NpgsqlBatchCommand EventsCommand(ChainedEvent[] events)
    {
        var insert = new NpgsqlBatchCommand(InsertEvents);
        AddColumn(insert, NpgsqlDbType.TimestampTz, events, chained => chained.Event.OccurredAt);
        AddColumn(insert, NpgsqlDbType.Uuid, events, chained => chained.Event.Id);
        Add(insert, NpgsqlDbType.Uuid, events[0].Stream);
        AddColumn(insert, NpgsqlDbType.Bigint, events, chained => chained.Sequence);
        AddColumn(insert, NpgsqlDbType.Smallint, events, chained => (short)chained.Event.Class);
        AddColumn(insert, NpgsqlDbType.Text, events, chained => chained.Event.Type);
        AddColumn(insert, NpgsqlDbType.Smallint, events, chained => (short)chained.Event.Outcome);
        AddColumn(insert, NpgsqlDbType.Text, events, chained => chained.Event.TenantId);
        AddColumn(insert, NpgsqlDbType.Boolean, events, chained => chained.Event.VisibleToTenant);
        AddColumn(insert, NpgsqlDbType.Text, events, chained => chained.Event.Actor);
        AddColumn(insert, NpgsqlDbType.Text, events, chained => chained.Event.OnBehalfOf);
        AddColumn(insert, NpgsqlDbType.Text, events, chained => chained.Event.Reason);
        AddColumn(insert, NpgsqlDbType.Text, events, chained => chained.Event.Peer);
        AddColumn(insert, NpgsqlDbType.Text, events, chained => chained.Event.TraceId);
        AddColumn(insert, NpgsqlDbType.Bytea, events, chained => chained.Event.Record);
        AddColumn(insert, NpgsqlDbType.Bytea, events, chained => chained.PreviousHash);
        AddColumn(insert, NpgsqlDbType.Bytea, events, chained => chained.Hash);
        return insert;
    }

    private static void AddColumn<T>(NpgsqlBatchCommand command, NpgsqlDbType type, ChainedEvent[] events, Converter<ChainedEvent, T> value) =>
        Add(command, NpgsqlDbType.Array | type, Array.ConvertAll(events, value));

    private static void Add<T>(NpgsqlBatchCommand command, NpgsqlDbType type, T value) =>
        command.Parameters.Add(Parameter(type, value));

    private static NpgsqlParameter<T> Parameter<T>(NpgsqlDbType type, T value) => new() { NpgsqlDbType = type, TypedValue = value };
}
