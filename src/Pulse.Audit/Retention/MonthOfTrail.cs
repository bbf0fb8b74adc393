using System.Globalization;
using Npgsql;
using NpgsqlTypes;

namespace Pulse.Audit;

/// <summary>A month's partition, over the connection of one transaction.</summary>
internal sealed class MonthOfTrail(NpgsqlConnection connection, DateOnly month)
{
    private DateTimeOffset From => new(month.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);

    public async Task<bool> ExistsAsync(CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand(
            "SELECT EXISTS (SELECT FROM pg_inherits WHERE inhparent = 'pulse_audit.event'::regclass AND inhrelid = to_regclass($1))", connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = month.ToString("'pulse_audit.event_'yyyy'_'MM", CultureInfo.InvariantCulture) });
        return (bool)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }

    public async Task<bool> IsHeldAsync(CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand("SELECT pulse_audit.is_held($1)", connection);
        command.Parameters.Add(new NpgsqlParameter<DateOnly> { TypedValue = month });
        return (bool)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }

    /// <summary>Its events as they come, in the order of the tree, with their places there; those without one last.</summary>
    public IAsyncEnumerable<StoredEvent> ReadAsync(CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            $"""
            SELECT r.first_index + (e.seq - r.first_seq), {EvidenceDatabase.Columns} FROM pulse_audit.event e
            LEFT JOIN pulse_audit.sealed_run r ON r.stream = e.stream AND e.seq BETWEEN r.first_seq AND r.last_seq
            WHERE e.occurred_at >= $1 AND e.occurred_at < $2 ORDER BY 1
            """,
            connection) { CommandTimeout = 0 };
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = From });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = From.AddMonths(1) });
        return Rows.ReadAsync(command, EvidenceDatabase.Event, cancellationToken);
    }

    public async Task DetachAsync(string note, IReadOnlyList<PrunedRun> runs, CancellationToken cancellationToken)
    {
        var batch = new NpgsqlBatch(connection);
        await using var batchScope = batch.ConfigureAwait(false);
        var marker = new NpgsqlBatchCommand("INSERT INTO pulse_audit.pruned (month, note) VALUES ($1, $2)");
        marker.Parameters.Add(new NpgsqlParameter<DateOnly> { TypedValue = month });
        marker.Parameters.Add(new NpgsqlParameter<string> { TypedValue = note });
        var rows = new NpgsqlBatchCommand("""
            INSERT INTO pulse_audit.pruned_run (first_index, month, stream, first_seq, hashes)
            SELECT run.first_index, $1, run.stream, run.first_seq, run.hashes
            FROM unnest($2::bigint[], $3::uuid[], $4::bigint[], $5::bytea[]) AS run(first_index, stream, first_seq, hashes)
            """);
        rows.Parameters.Add(new NpgsqlParameter<DateOnly> { TypedValue = month });
        rows.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. runs.Select(run => run.FirstIndex)] });
        rows.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. runs.Select(run => run.Stream)] });
        rows.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. runs.Select(run => run.FirstSequence)] });
        rows.Parameters.Add(new NpgsqlParameter<byte[][]> { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea, TypedValue = [.. runs.Select(run => run.Hashes)] });
        var detach = new NpgsqlBatchCommand("SELECT pulse_audit.detach_month($1)");
        detach.Parameters.Add(new NpgsqlParameter<DateOnly> { TypedValue = month });
        batch.BatchCommands.Add(marker);
        batch.BatchCommands.Add(rows);
        batch.BatchCommands.Add(detach);
        await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
