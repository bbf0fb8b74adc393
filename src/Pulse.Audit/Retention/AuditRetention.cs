using System.Globalization;
using Npgsql;

namespace Pulse.Audit;

internal sealed class AuditRetention(
    NpgsqlDataSource worker, IAuditSigner signer, AuditSealingOptions options, IAuditWriter writer, TimeProvider time) : IAuditRetention
{
    public async Task<AuditPruneResult> PruneAsync(DateOnly month, string by, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(by);
        var first = new DateOnly(month.Year, month.Month, 1);
        var result = await DetachAsync(first, cancellationToken).ConfigureAwait(false);
        if (result == AuditPruneResult.Pruned)
        {
            await RecordAsync("audit.pruned", by, reason: null, AuditField.Public("month", first.ToString("yyyy-MM", CultureInfo.InvariantCulture))).ConfigureAwait(false);
        }

        return result;
    }

    public async Task<Guid> PlaceHoldAsync(DateTimeOffset from, DateTimeOffset until, string reason, string by, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(reason);
        ArgumentException.ThrowIfNullOrEmpty(by);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(until, from);
        var id = Guid.CreateVersion7(time.GetUtcNow());
        var command = worker.CreateCommand("INSERT INTO pulse_audit.legal_hold (hold_id, from_at, until_at, reason, placed_by) VALUES ($1, $2, $3, $4, $5)");
        await using var commandScope = command.ConfigureAwait(false);

        // It may have to wait for a month that is being taken out.
        command.CommandTimeout = 0;
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = from.ToUniversalTime() });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = until.ToUniversalTime() });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = reason });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = by });
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        await RecordAsync("audit.hold.placed", by, reason, AuditField.Public("hold", id.ToString("D"))).ConfigureAwait(false);
        return id;
    }

    public async Task<bool> LiftHoldAsync(Guid holdId, string by, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(by);
        var command = worker.CreateCommand("""
            INSERT INTO pulse_audit.legal_hold_lifted (hold_id, lifted_by) SELECT hold_id, $2 FROM pulse_audit.legal_hold WHERE hold_id = $1
            ON CONFLICT DO NOTHING
            """);
        await using var commandScope = command.ConfigureAwait(false);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = holdId });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = by });
        if (await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false) == 0)
        {
            return false;
        }

        await RecordAsync("audit.hold.lifted", by, reason: null, AuditField.Public("hold", holdId.ToString("D"))).ConfigureAwait(false);
        return true;
    }

    private async Task<AuditPruneResult> DetachAsync(DateOnly month, CancellationToken cancellationToken)
    {
        var connection = await worker.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var connectionScope = connection.ConfigureAwait(false);
        var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using var transactionScope = transaction.ConfigureAwait(false);
        var log = new SealedLog(connection);
        if (!await log.TryLockAsync(cancellationToken).ConfigureAwait(false))
        {
            return AuditPruneResult.Busy;
        }

        var part = new MonthOfTrail(connection, month);
        if (month.AddMonths(1) > DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime) || !await part.ExistsAsync(cancellationToken).ConfigureAwait(false))
        {
            return AuditPruneResult.NoSuchMonth;
        }

        if (await part.IsHeldAsync(cancellationToken).ConfigureAwait(false))
        {
            return AuditPruneResult.OnHold;
        }

        var state = await log.ReadStateAsync(cancellationToken).ConfigureAwait(false);
        var isOwn = state.Epoch?.PublicKey.AsSpan().SequenceEqual(signer.PublicKey.Span) ?? true;
        if (state.Judge(options.Origin, seen: null, out var tree) != SealRefusal.None || !isOwn)
        {
            return AuditPruneResult.Broken;
        }

        var runs = new PrunedRunBuilder(month);
        var isWhole = true;
        await foreach (var found in part.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (found.Index is not { } index)
            {
                return AuditPruneResult.NotSealed;
            }

            // What goes cannot be hashed again afterwards.
            var read = RecordReader.Read(found.Record, gapCount: null);
            isWhole &= read is not null && found.Columns == IndexColumns.Of(read);
            isWhole &= found.Hash.AsSpan().SequenceEqual(ChainHash.Compute(found.PreviousHash, found.Stream, found.Sequence, found.Record));
            runs.Add(index, found.Stream, found.Sequence, found.Hash);
        }

        if (!isWhole)
        {
            return AuditPruneResult.Broken;
        }

        var kept = runs.Build();
        var marker = new PruneMarker(options.Origin, month, runs.EventCount, new TreeHead(options.Origin, tree.Size, tree.Root), PruneMarker.DigestOf(kept));
        var note = await SignedNote.SignAsync(marker.ToString(), options.Origin, signer, cancellationToken).ConfigureAwait(false);
        try
        {
            await part.DetachAsync(note, kept, cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException late) when (late.SqlState == PostgresErrorCodes.SerializationFailure)
        {
            // An event of the month was stored after it was read: nothing was taken out.
            return AuditPruneResult.Busy;
        }

        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return AuditPruneResult.Pruned;
    }

    // Not the caller's token: what has been done is recorded.
    private async Task RecordAsync(string type, string by, string? reason, AuditField field) => await writer.WriteAsync(
        new AuditEvent { Type = type, Class = AuditClass.Critical, Outcome = AuditOutcome.Success, Actor = by, Reason = reason, Fields = [field] },
        CancellationToken.None).ConfigureAwait(false);
}
