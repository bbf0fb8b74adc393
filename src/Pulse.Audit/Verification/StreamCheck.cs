using System.Text.Json;

namespace Pulse.Audit;

/// <summary>One stream's events, in order: each record against its hash, its columns and the event before it.</summary>
internal sealed class StreamCheck(Guid stream, FindingList findings)
{
    private byte[] _hash = new byte[ChainHash.Bytes];

    /// <summary>The last place seen.</summary>
    public long Sequence { get; private set; }

    public void Add(StoredEvent found)
    {
        if (found.Sequence <= Sequence)
        {
            Report(AuditVerdict.Tampered, AuditFindingReason.EventMisplaced, found);
            return;
        }

        if (found.Sequence > Sequence + 1)
        {
            findings.Add(new AuditFinding(
                AuditVerdict.Missing, AuditFindingReason.EventsMissing, stream, Sequence + 1, Count: found.Sequence - Sequence - 1));
        }
        else if (!found.PreviousHash.AsSpan().SequenceEqual(_hash))
        {
            Report(AuditVerdict.Tampered, AuditFindingReason.LinkBroken, found);
        }

        (Sequence, _hash) = (found.Sequence, found.Hash);
        if (!found.Hash.AsSpan().SequenceEqual(ChainHash.Compute(found.PreviousHash, stream, found.Sequence, found.Record)))
        {
            Report(AuditVerdict.Tampered, AuditFindingReason.RecordChanged, found);
            return;
        }

        var read = RecordReader.Read(found.Record, gapCount: null);
        if (read is null)
        {
            Report(AuditVerdict.Tampered, AuditFindingReason.RecordUnreadable, found);
            return;
        }

        var isRepeated = found.Columns is null || found.Columns == IndexColumns.Of(read);
        if (!isRepeated)
        {
            Report(AuditVerdict.Tampered, AuditFindingReason.ColumnChanged, found);
        }

        var lost = read.Type == Gap.EventType ? LostOf(found.Record) : 0;
        if (lost is null)
        {
            Report(AuditVerdict.Tampered, AuditFindingReason.RecordUnreadable, found);
        }
        else if (lost > 0)
        {
            findings.Add(new AuditFinding(AuditVerdict.Gap, AuditFindingReason.DeclaredGap, stream, found.Sequence, found.Index, lost.Value));
        }
    }

    /// <summary>An event of which retention left the hash alone.</summary>
    public void Pass(long sequence, byte[] hash)
    {
        if (sequence == Sequence + 1)
        {
            (Sequence, _hash) = (sequence, hash);
        }
    }

    /// <summary>Compares what was seen with where the database says the stream ends.</summary>
    public void CompareWith(ChainHead? head)
    {
        if (head is null || head.Sequence < Sequence)
        {
            findings.Add(new AuditFinding(AuditVerdict.Tampered, AuditFindingReason.HeadChanged, stream, head?.Sequence));
            return;
        }

        if (head.Sequence > Sequence)
        {
            findings.Add(new AuditFinding(
                AuditVerdict.Missing, AuditFindingReason.EventsMissing, stream, Sequence + 1, Count: head.Sequence - Sequence));
            return;
        }

        if (!head.Hash.AsSpan().SequenceEqual(_hash))
        {
            findings.Add(new AuditFinding(AuditVerdict.Tampered, AuditFindingReason.HeadChanged, stream, head.Sequence));
        }
    }

    // Null when the record says it in a way in which nobody writes it: whoever hides a loss so is not believed.
    private static long? LostOf(byte[] record)
    {
        using var document = JsonDocument.Parse(record);
        return document.RootElement.TryGetProperty("public", out var fields) ? LostOf(fields) : 0;
    }

    private static long? LostOf(JsonElement fields)
    {
        if (fields.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        // Without that member the count is the default, which is no number either.
        fields.TryGetProperty("count", out var count);
        if (count.ValueKind != JsonValueKind.Number)
        {
            return 0;
        }

        var isWhole = count.TryGetInt64(out var lost);
        return isWhole ? lost : null;
    }

    private void Report(AuditVerdict verdict, AuditFindingReason reason, StoredEvent found) =>
        findings.Add(new AuditFinding(verdict, reason, stream, found.Sequence, found.Index));
}
