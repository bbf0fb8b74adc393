using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Pulse.Audit;

/// <summary>Reads an export, line by line: hostile input, so every line is bounded and everything unexpected refused with its number.</summary>
internal static class NdjsonReader
{
    /// <summary>Beyond every line that <see cref="NdjsonWriter"/> writes.</summary>
    public const int MaxLineBytes = 8 << 20;

    // Each read looks for the end of the line from its beginning: small ones would make a long line cost its square.
    private const int BufferBytes = 256 << 10;

    /// <summary>Reads what frames the events, and where they begin.</summary>
    public static async Task<(EvidenceFrame Frame, JsonElement? First)> ReadFrameAsync(IAsyncEnumerator<JsonElement> lines)
    {
        List<StoredEpoch> epochs = [];
        List<StoredCheckpoint> checkpoints = [];
        List<SealedRun> runs = [];
        List<ChainHead> heads = [];
        List<StoredMarker> pruned = [];
        List<PrunedRun> prunedRuns = [];
        JsonElement? first = null;
        while (first is null && await lines.MoveNextAsync().ConfigureAwait(false))
        {
            var line = lines.Current;
            switch (line.GetProperty("kind").GetString())
            {
                case "epoch":
                    epochs.Add(new StoredEpoch(
                        line.GetProperty("epoch").GetInt32(), line.GetProperty("first_size").GetInt64(), line.GetProperty("public_key").GetBytesFromBase64(), Text(line, "note")));
                    break;
                case "checkpoint":
                    checkpoints.Add(new StoredCheckpoint(line.GetProperty("tree_size").GetInt64(), line.GetProperty("epoch").GetInt32(), Text(line, "note")));
                    break;
                case "run":
                    runs.Add(new SealedRun(
                        line.GetProperty("first_index").GetInt64(), line.GetProperty("stream").GetGuid(), line.GetProperty("first_seq").GetInt64(), line.GetProperty("last_seq").GetInt64()));
                    break;
                case "head":
                    heads.Add(new ChainHead(line.GetProperty("stream").GetGuid(), line.GetProperty("seq").GetInt64(), line.GetProperty("hash").GetBytesFromBase64()));
                    break;
                case "pruned":
                    pruned.Add(new StoredMarker(Month(line), Text(line, "note")));
                    break;
                case "pruned_run":
                    prunedRuns.Add(new PrunedRun(
                        line.GetProperty("first_index").GetInt64(), Month(line), line.GetProperty("stream").GetGuid(), line.GetProperty("first_seq").GetInt64(), line.GetProperty("hashes").GetBytesFromBase64()));
                    break;
                default:
                    first = line;
                    break;
            }
        }

        return (new EvidenceFrame(epochs, checkpoints, runs, heads, pruned, prunedRuns), first);
    }

    public static StoredEvent ReadEvent(JsonElement line)
    {
        if (Text(line, "kind") != "event")
        {
            throw new FormatException("an event is expected here");
        }

        var record = line.TryGetProperty("record", out var json)
            ? JsonMarshal.GetRawUtf8Value(json).ToArray()
            : line.GetProperty("record_base64").GetBytesFromBase64();
        return new StoredEvent(
            line.TryGetProperty("index", out var index) ? index.GetInt64() : null,
            line.GetProperty("stream").GetGuid(),
            line.GetProperty("seq").GetInt64(),
            line.GetProperty("prev_hash").GetBytesFromBase64(),
            line.GetProperty("hash").GetBytesFromBase64(),
            record,
            line.TryGetProperty("columns_differ", out _) ? IndexColumns.Unlike : null,
            line.TryGetProperty("quarantined", out _));
    }

    public static async IAsyncEnumerable<JsonElement> ReadLinesAsync(Stream input, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pipe = PipeReader.Create(input, new StreamPipeReaderOptions(bufferSize: BufferBytes, leaveOpen: true));
        try
        {
            while (true)
            {
                var read = await pipe.ReadAsync(cancellationToken).ConfigureAwait(false);
                var rest = read.Buffer;
                while (TryCut(ref rest, read.IsCompleted, out var line))
                {
                    yield return Parse(line);
                }

                if (rest.Length > MaxLineBytes)
                {
                    throw new FormatException($"the line is longer than {MaxLineBytes} bytes");
                }

                if (read.IsCompleted)
                {
                    yield break;
                }

                pipe.AdvanceTo(rest.Start, rest.End);
            }
        }
        finally
        {
            await pipe.CompleteAsync().ConfigureAwait(false);
        }
    }

    private static bool TryCut(ref ReadOnlySequence<byte> rest, bool isLast, out ReadOnlySequence<byte> line)
    {
        if (rest.PositionOf((byte)'\n') is { } end)
        {
            line = rest.Slice(0, end);
            rest = rest.Slice(rest.GetPosition(1, end));
            return true;
        }

        line = rest;
        if (isLast && !rest.IsEmpty)
        {
            rest = rest.Slice(rest.End);
            return true;
        }

        return false;
    }

    // Cloned: the buffer is read over by the next line.
    private static JsonElement Parse(ReadOnlySequence<byte> line)
    {
        using var document = JsonDocument.Parse(line);
        return document.RootElement.Clone();
    }

    private static DateOnly Month(JsonElement line) => DateOnly.ParseExact(Text(line, "month"), "O", CultureInfo.InvariantCulture);

    private static string Text(JsonElement line, string member) => line.GetProperty(member).GetString() ?? string.Empty;
}
