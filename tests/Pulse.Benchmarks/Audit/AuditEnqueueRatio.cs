using System.Buffers;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.Options;
using Pulse.Audit;
using Pulse.Benchmarks.Ratios;

namespace Pulse.Benchmarks.Audit;

/// <summary>
/// An event of ten members taken by the writer, against the same JSON written with <see cref="Utf8JsonWriter"/> and put into a bounded
/// channel; both are taken out again, so that neither ever is full.
/// </summary>
internal sealed class AuditEnqueueRatio : Ratio
{
    private static readonly IPAddress Address = IPAddress.Parse("192.0.2.7");

    private readonly ArrayBufferWriter<byte> _buffer = new(4096);
    private readonly Utf8JsonWriter _json;
    private readonly Channel<byte[]> _channel = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(16_384) { SingleReader = true });
    private readonly AuditQueue _queue;
    private readonly AuditWriter _writer;

    public AuditEnqueueRatio()
    {
        _json = new Utf8JsonWriter(_buffer);
        var options = new PulseAuditOptions();
        var ledger = new AuditLedger();
        _queue = new AuditQueue(options, new DropTally(), ledger, TimeProvider.System);
        _writer = new AuditWriter(
            _queue, new FloodControl(options, ledger, TimeProvider.System), new EventCanonicalizer(options, TimeProvider.System), new AuditMetrics(new Meters(), ledger, _queue), Options.Create(options), TimeProvider.System);
    }

    public override string Name => "audit.enqueue";

    public override string PeerName => "Utf8JsonWriter and a bounded channel";

    public override ValueTask PrepareAsync()
    {
        Ours(1);
        Peer(1);
        if (!_queue.Reader.TryRead(out var ours) || !_channel.Reader.TryRead(out var peer))
        {
            throw new InvalidOperationException("An event was not taken.");
        }

        _queue.Settle(ours);
        var (left, right) = (JsonDocument.Parse(ours.Record).RootElement, JsonDocument.Parse(peer).RootElement);
        var same = left.EnumerateObject().Where(member => member.Name is not ("id" or "at" or "trace")).All(member => JsonElement.DeepEquals(member.Value, right.GetProperty(member.Name)));
        return same ? ValueTask.CompletedTask : throw new InvalidOperationException($"Ours and the peer wrote different records: {left} {right}");
    }

    public override ValueTask RunOursAsync(int operations)
    {
        for (var i = 0; i < operations; i++)
        {
            Ours(i);
            _queue.Reader.TryRead(out var taken);
            _queue.Settle(taken!);
        }

        return ValueTask.CompletedTask;
    }

    public override ValueTask RunPeerAsync(int operations)
    {
        for (var i = 0; i < operations; i++)
        {
            Peer(i);
            _channel.Reader.TryRead(out _);
        }

        return ValueTask.CompletedTask;
    }

    public override async ValueTask DisposeAsync()
    {
        await _json.DisposeAsync();
        await base.DisposeAsync();
    }

    private void Ours(int number) => _writer.TryWrite(new AuditEvent
    {
        Type = "auth.token.refused",
        Class = AuditClass.Security,
        Outcome = AuditOutcome.Denied,
        TenantId = "acme",
        Actor = "0c9dc0f2-4d0f-4a64-a2f4-5ff0a2f54bd3",
        Reason = "expired",
        Peer = Address,
        Fields = [AuditField.Public("path", "/api/devices"), AuditField.Public("number", number), AuditField.Personal("agent", "Mozilla/5.0 (X11; Linux x86_64)")],
    });

    private void Peer(int number)
    {
        var at = TimeProvider.System.GetUtcNow();
        _buffer.ResetWrittenCount();
        _json.Reset();
        _json.WriteStartObject();
        _json.WriteNumber("v", 1);
        _json.WriteString("id", Guid.CreateVersion7(at));
        _json.WriteString("at", at.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture));
        _json.WriteString("class", "security");
        _json.WriteString("type", "auth.token.refused");
        _json.WriteString("outcome", "denied");
        _json.WriteString("tenant", "acme");
        _json.WriteBoolean("visible_to_tenant", true);
        _json.WriteString("actor", "0c9dc0f2-4d0f-4a64-a2f4-5ff0a2f54bd3");
        _json.WriteString("reason", "expired");
        _json.WriteString("peer", Address.ToString());
        _json.WriteStartObject("public");
        _json.WriteString("path", "/api/devices");
        _json.WriteNumber("number", number);
        _json.WriteEndObject();
        _json.WriteStartObject("personal");
        _json.WriteString("agent", "Mozilla/5.0 (X11; Linux x86_64)");
        _json.WriteEndObject();
        _json.WriteEndObject();
        _json.Flush();
        _channel.Writer.TryWrite(_buffer.WrittenSpan.ToArray());
    }

    private sealed class Meters : IMeterFactory
    {
        public Meter Create(MeterOptions options) => new(options);

        public void Dispose()
        {
        }
    }
}
