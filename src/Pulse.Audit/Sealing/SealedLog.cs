using Npgsql;
using NpgsqlTypes;

namespace Pulse.Audit;

/// <summary>The tables of the sealed log, over the connection of one transaction.</summary>
internal sealed class SealedLog(NpgsqlConnection connection)
{
    public async Task<bool> TryLockAsync(CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand("SELECT pg_try_advisory_xact_lock(hashtextextended('pulse_audit.seal', 0))", connection);
        return (bool)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }

    public async Task<SealState> ReadStateAsync(CancellationToken cancellationToken)
    {
        var epochs = await Rows.ListAsync(
            new NpgsqlCommand("SELECT epoch, first_size, public_key, note FROM pulse_audit.key_epoch ORDER BY epoch DESC LIMIT 1", connection),
            row => new StoredEpoch(row.GetInt32(0), row.GetInt64(1), row.Bytes(2), row.GetString(3)),
            cancellationToken).ConfigureAwait(false);
        var checkpoints = await Rows.ListAsync(
            new NpgsqlCommand(
                """
                SELECT tree_size, c.epoch, c.note, public_key, frontier FROM pulse_audit.checkpoint c JOIN pulse_audit.key_epoch k ON k.epoch = c.epoch
                ORDER BY tree_size DESC LIMIT 1
                """,
                connection),
            row => (Checkpoint: new StoredCheckpoint(row.GetInt64(0), row.GetInt32(1), row.GetString(2)), Key: row.Bytes(3), Frontier: row.Bytes(4)),
            cancellationToken).ConfigureAwait(false);
        var last = checkpoints.Count == 0 ? default : checkpoints[0];
        return new SealState(epochs.Count == 0 ? null : epochs[0], last.Checkpoint, last.Key, last.Frontier);
    }

    /// <summary>A head moves in the transaction that stores its events, so what lies up to it is committed and complete.</summary>
    public Task<List<StreamReach>> ReadReachAsync(CancellationToken cancellationToken) => Rows.ListAsync(
        new NpgsqlCommand(
            """
            SELECT head.stream, coalesce(run.last_seq, 0), head.seq FROM pulse_audit.stream_head head
            LEFT JOIN LATERAL (SELECT max(last_seq) AS last_seq FROM pulse_audit.sealed_run WHERE stream = head.stream) run ON true
            WHERE head.seq > coalesce(run.last_seq, 0)
            """,
            connection),
        row => new StreamReach(row.GetGuid(0), row.GetInt64(1), row.GetInt64(2)),
        cancellationToken);

    /// <summary>The events of a run and the one before it.</summary>
    public Task<List<ChainLink>> ReadLinksAsync(SealedRun run, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            """
            SELECT seq, prev_hash, hash, record FROM pulse_audit.event WHERE stream = $1 AND seq BETWEEN $2 AND $3
            UNION ALL SELECT seq, prev_hash, hash, record FROM pulse_audit.quarantine WHERE stream = $1 AND seq BETWEEN $2 AND $3
            ORDER BY seq
            """,
            connection);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = run.Stream });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = run.FirstSequence - 1 });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = run.LastSequence });
        return Rows.ListAsync(command, row => new ChainLink(row.GetInt64(0), row.Bytes(1), row.Bytes(2), row.Bytes(3)), cancellationToken);
    }

    public async Task AddEpochAsync(StoredEpoch epoch, CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand("INSERT INTO pulse_audit.key_epoch (epoch, first_size, public_key, note) VALUES ($1, $2, $3, $4)", connection);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = epoch.Number });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = epoch.FirstSize });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = epoch.PublicKey });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = epoch.Note });
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    public async Task AddAsync(IReadOnlyList<SealedRun> runs, StoredCheckpoint checkpoint, byte[] frontier, CancellationToken cancellationToken)
    {
        var batch = new NpgsqlBatch(connection);
        await using var batchScope = batch.ConfigureAwait(false);
        var rows = new NpgsqlBatchCommand(
            """
            INSERT INTO pulse_audit.sealed_run (first_index, stream, first_seq, last_seq)
            SELECT * FROM unnest($1::bigint[], $2::uuid[], $3::bigint[], $4::bigint[])
            """);
        Add(rows, NpgsqlDbType.Array | NpgsqlDbType.Bigint, runs.Select(run => run.FirstIndex).ToArray());
        Add(rows, NpgsqlDbType.Array | NpgsqlDbType.Uuid, runs.Select(run => run.Stream).ToArray());
        Add(rows, NpgsqlDbType.Array | NpgsqlDbType.Bigint, runs.Select(run => run.FirstSequence).ToArray());
        Add(rows, NpgsqlDbType.Array | NpgsqlDbType.Bigint, runs.Select(run => run.LastSequence).ToArray());
        var head = new NpgsqlBatchCommand("INSERT INTO pulse_audit.checkpoint (tree_size, epoch, frontier, note) VALUES ($1, $2, $3, $4)");
        Add(head, NpgsqlDbType.Bigint, checkpoint.TreeSize);
        Add(head, NpgsqlDbType.Integer, checkpoint.Epoch);
        Add(head, NpgsqlDbType.Bytea, frontier);
        Add(head, NpgsqlDbType.Text, checkpoint.Note);
        batch.BatchCommands.Add(rows);
        batch.BatchCommands.Add(head);
        await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private static void Add<T>(NpgsqlBatchCommand command, NpgsqlDbType type, T value) =>
        command.Parameters.Add(new NpgsqlParameter<T> { NpgsqlDbType = type, TypedValue = value });
}
