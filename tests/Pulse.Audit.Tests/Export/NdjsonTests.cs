using System.Text;
using System.Text.Json;
using Pulse.Audit.Tests.Evidence;
using Pulse.Audit.Tests.Verification;

namespace Pulse.Audit.Tests.Export;

public sealed class NdjsonTests : IDisposable
{
    private readonly Trail _trail = Trail.Sealed();

    public void Dispose() => _trail.Dispose();

    [Fact]
    public async Task An_export_verifies_as_the_trail_does()
    {
        _trail.Append(Trail.StreamB);

        var found = await VerifyAsync(Export());

        Assert.Equal((AuditVerdict.Unsealed, 9L, 8L, 3L), (found.Verdict, found.Events, found.TreeSize, found.Checkpoints));
    }

    [Fact]
    public void Every_line_is_one_json_object_and_records_are_kept_byte_by_byte()
    {
        var lines = Export().TrimEnd('\n').Split('\n');

        Assert.Equal(
            ["epoch", "epoch", "checkpoint", "checkpoint", "checkpoint", "run", "run", "run", "run", "head", "head"],
            lines[..11].Select(line => JsonDocument.Parse(line).RootElement.GetProperty("kind").GetString()));
        Assert.Equal(8, lines[11..].Length);
        Assert.Contains($"\"record\":{Encoding.UTF8.GetString(_trail.Events[0].Record)}}}", lines[11], StringComparison.Ordinal);
        Assert.DoesNotContain("columns_differ", lines[11], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_columns_said_otherwise_is_said_by_the_export()
    {
        _trail.Events[1] = _trail.Events[1] with { Columns = _trail.Events[1].Columns! with { Actor = "x" } };

        var found = await VerifyAsync(Export());

        Assert.Equal(new AuditFinding(AuditVerdict.Tampered, AuditFindingReason.ColumnChanged, Trail.StreamA, 2, 1), Assert.Single(found.Findings));
    }

    [Fact]
    public async Task An_event_in_quarantine_says_so_and_is_told_of()
    {
        _trail.Events[1] = _trail.Events[1] with { Columns = null, IsQuarantined = true };

        var export = Export();

        Assert.Contains("\"quarantined\":true", export, StringComparison.Ordinal);
        Assert.Equal(AuditVerdict.Quarantined, (await VerifyAsync(export)).Verdict);
    }

    [Theory]
    [InlineData("{\"v\":1} ")]
    [InlineData("{\"v\":1}\t")]
    [InlineData(" {\"v\":1}")]
    [InlineData("\t{\"v\":1}")]
    [InlineData("{\"v\":\n1}")]
    [InlineData("{\"v\":\r1}")]
    [InlineData("no json")]
    [InlineData("")]
    public async Task A_record_that_was_made_something_else_is_carried_as_base64(string record)
    {
        _trail.Events[1] = _trail.Events[1] with { Record = Encoding.UTF8.GetBytes(record) };

        var export = Export();

        Assert.Contains($"\"record_base64\":\"{Convert.ToBase64String(Encoding.UTF8.GetBytes(record))}\"", export, StringComparison.Ordinal);
        Assert.Equal(19, export.TrimEnd('\n').Split('\n').Length);
        Assert.Contains((await VerifyAsync(export)).Findings, finding => finding is { Reason: AuditFindingReason.RecordChanged, Sequence: 2 });
    }

    [Fact]
    public async Task A_line_taken_out_of_an_export_is_missing_and_one_changed_is_tampering()
    {
        var lines = Export().Split('\n').ToList();
        var changed = string.Join('\n', lines).Replace("actor 1", "actor 9", StringComparison.Ordinal);
        lines.RemoveAt(12);

        Assert.Equal(AuditVerdict.Missing, (await VerifyAsync(string.Join('\n', lines))).Verdict);
        Assert.Equal(AuditVerdict.Tampered, (await VerifyAsync(changed)).Verdict);
    }

    [Fact]
    public async Task An_export_of_nothing_is_ok_and_the_last_newline_may_be_missing()
    {
        Assert.Equal(AuditVerdict.Ok, (await VerifyAsync(string.Empty)).Verdict);
        Assert.Equal(AuditVerdict.Ok, (await VerifyAsync(Export().TrimEnd('\n'))).Verdict);
    }

    [Theory]
    [InlineData("{", 1)]
    [InlineData("[]", 1)]
    [InlineData("1", 1)]
    [InlineData("{}", 1)]
    [InlineData("{\"kind\":1}", 1)]
    [InlineData("{\"kind\":\"other\"}", 1)]
    [InlineData("\n", 1)]
    [InlineData("{\"kind\":\"epoch\"}", 1)]
    [InlineData("{\"kind\":\"run\",\"first_index\":1.5,\"stream\":\"x\",\"first_seq\":1,\"last_seq\":1}", 1)]
    [InlineData("{\"kind\":\"head\",\"stream\":\"00000000-0000-7000-8000-00000000000a\",\"seq\":1,\"hash\":\"!\"}", 1)]
    [InlineData("{\"kind\":\"head\",\"stream\":\"00000000-0000-7000-8000-00000000000a\",\"seq\":1,\"hash\":\"\"}\n{\"kind\":\"event\"}", 2)]
    public async Task Anything_else_is_refused_with_its_line(string text, int line)
    {
        var refused = await Assert.ThrowsAsync<FormatException>(() => VerifyAsync(text));

        Assert.StartsWith($"Line {line} of the export", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_frame_behind_the_first_event_is_refused()
    {
        var lines = Export().TrimEnd('\n').Split('\n').ToList();
        lines.Add(lines[0]);

        var refused = await Assert.ThrowsAsync<FormatException>(() => VerifyAsync(string.Join('\n', lines)));

        Assert.StartsWith("Line 20 of the export", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_without_end_is_refused_before_it_fills_the_memory() =>
        await Assert.ThrowsAsync<FormatException>(() => VerifyAsync("\"" + new string('x', NdjsonReader.MaxLineBytes + (1 << 20))));

    private static async Task<AuditVerification> VerifyAsync(string export, string pem)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(export));
        return await new AuditVerifier(pem).VerifyExportAsync(stream);
    }

    private Task<AuditVerification> VerifyAsync(string export) => VerifyAsync(export, TestKey.Pem(_trail.First));

    private string Export()
    {
        using var writer = new NdjsonWriter();
        writer.Write(_trail.Frame());
        var text = new StringBuilder(Encoding.UTF8.GetString(writer.Gathered.Take(0).Span));
        foreach (var stored in _trail.Events)
        {
            writer.Write(stored);
            text.Append(Encoding.UTF8.GetString(writer.Gathered.Take(1_000).Span));
        }

        return text.Append(Encoding.UTF8.GetString(writer.Gathered.Take(0).Span)).ToString();
    }
}
