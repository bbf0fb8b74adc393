using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Pulse.Audit;

/// <summary>The lines of an export; <see cref="NdjsonReader"/> reads them.</summary>
internal sealed class NdjsonWriter : IDisposable
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.Default };

    private readonly Utf8JsonWriter _json;

    public NdjsonWriter() => _json = new Utf8JsonWriter(Gathered.Writer, Options);

    public GatheredBytes Gathered { get; } = new();

    public void Write(EvidenceFrame frame)
    {
        foreach (var epoch in frame.Epochs)
        {
            Begin("epoch");
            _json.WriteNumber("epoch", epoch.Number);
            _json.WriteNumber("first_size", epoch.FirstSize);
            _json.WriteBase64String("public_key", epoch.PublicKey);
            _json.WriteString("note", epoch.Note);
            End();
        }

        foreach (var checkpoint in frame.Checkpoints)
        {
            Begin("checkpoint");
            _json.WriteNumber("tree_size", checkpoint.TreeSize);
            _json.WriteNumber("epoch", checkpoint.Epoch);
            _json.WriteString("note", checkpoint.Note);
            End();
        }

        foreach (var run in frame.Runs)
        {
            Begin("run");
            _json.WriteNumber("first_index", run.FirstIndex);
            _json.WriteString("stream", run.Stream);
            _json.WriteNumber("first_seq", run.FirstSequence);
            _json.WriteNumber("last_seq", run.LastSequence);
            End();
        }

        foreach (var head in frame.Heads)
        {
            Begin("head");
            _json.WriteString("stream", head.Stream);
            _json.WriteNumber("seq", head.Sequence);
            _json.WriteBase64String("hash", head.Hash);
            End();
        }

        foreach (var marker in frame.Pruned)
        {
            Begin("pruned");
            _json.WriteString("month", Month(marker.Month));
            _json.WriteString("note", marker.Note);
            End();
        }

        foreach (var run in frame.PrunedRuns)
        {
            Begin("pruned_run");
            _json.WriteNumber("first_index", run.FirstIndex);
            _json.WriteString("month", Month(run.Month));
            _json.WriteString("stream", run.Stream);
            _json.WriteNumber("first_seq", run.FirstSequence);
            _json.WriteBase64String("hashes", run.Hashes);
            End();
        }
    }

    public void Write(StoredEvent found)
    {
        Begin("event");
        if (found.Index is { } index)
        {
            _json.WriteNumber("index", index);
        }

        _json.WriteString("stream", found.Stream);
        _json.WriteNumber("seq", found.Sequence);
        _json.WriteBase64String("prev_hash", found.PreviousHash);
        _json.WriteBase64String("hash", found.Hash);
        if (found.IsQuarantined)
        {
            _json.WriteBoolean("quarantined", true);
        }
        else if (found.Columns is not null && !RepeatsColumns(found))
        {
            _json.WriteBoolean("columns_differ", true);
        }

        if (IsOneLineOfJson(found.Record))
        {
            _json.WritePropertyName("record");
            _json.WriteRawValue(found.Record);
        }
        else
        {
            _json.WriteBase64String("record_base64", found.Record);
        }

        End();
    }

    public void Dispose() => _json.Dispose();

    private static bool RepeatsColumns(StoredEvent found)
    {
        var read = RecordReader.Read(found.Record, gapCount: null);
        return read is not null && found.Columns == IndexColumns.Of(read);
    }

    // Whoever changed a record may have made it anything.
    private static bool IsOneLineOfJson(byte[] record)
    {
        if (record.AsSpan().IndexOfAny((byte)'\n', (byte)'\r') >= 0)
        {
            return false;
        }

        // White space around a value is not part of it to whoever reads the line, but it is hashed.
        if (record.Length == 0 || IsSpace(record[0]) || IsSpace(record[^1]))
        {
            return false;
        }

        try
        {
            using var document = JsonDocument.Parse(record);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool IsSpace(byte character) => character is (byte)' ' or (byte)'\t';

    private static string Month(DateOnly month) => month.ToString("O", CultureInfo.InvariantCulture);

    private void Begin(string kind)
    {
        _json.Reset(Gathered.Writer);
        _json.WriteStartObject();
        _json.WriteString("kind", kind);
    }

    private void End()
    {
        _json.WriteEndObject();
        _json.Flush();
        Gathered.Writer.Write("\n"u8);
    }
}
