using System.Buffers;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.IO.Pipelines;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Pulse.Mqtt.Tests.Ingest;

/// <summary>From a connection's backlog through the one loop to the acknowledgements, without sockets.</summary>
public sealed class IngestLoopTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly StubSeams _seams = new();
    private readonly Pipe _wire = new();
    private readonly ServiceProvider _provider = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly CancellationTokenSource _abandon = new();
    private readonly MqttOutput _output;
    private readonly DeviceBacklog _backlog;
    private readonly FakeLogger<IngestLoop> _log = new();
    private readonly IngestQueue _queue;
    private readonly IngestLoop _loop;

    public IngestLoopTests()
    {
        var options = Options.Create(new PulseMqttOptions { BatchMaxMessages = 3, DeviceBurst = 100 });
        var metrics = new MqttMetrics(_provider.GetRequiredService<IMeterFactory>());
        _queue = new IngestQueue(options);
        var services = new IngestServices(
            _queue, new RegistryCache(_seams, options, _time), new AdmissionRules(_seams, options, _time), metrics, _time, NullLogger<IngestServices>.Instance);
        _output = new MqttOutput(_wire.Writer, isVersion5: true);
        _backlog = new DeviceBacklog(TestDevices.Identity(), _output, window: 5, services, _abandon.Token);
        _loop = new IngestLoop(_queue, _seams, _seams, options, metrics, _time, _log);
    }

    public void Dispose()
    {
        _loop.Dispose();
        _backlog.Dispose();
        _output.Dispose();
        _abandon.Dispose();
        _provider.Dispose();
    }

    [Fact]
    public async Task Acknowledgements_keep_the_order_whatever_became_of_the_messages()
    {
        _seams.Refuse = static message => message.Kind == IngestKind.Heartbeat;
        await SubmitAsync(1, IngestKind.Telemetry);
        await SubmitRefusedAsync(2, IngestRefusal.TopicInvalid);
        await SubmitAsync(3, IngestKind.Heartbeat);
        await SubmitAsync(4, IngestKind.Telemetry);

        await _loop.StartAsync(CancellationToken.None);

        Assert.Equal("40020001" + "4003000290" + "4003000383" + "40020004", await ReadAsync(18));
        await StopAsync();
        Assert.Equal([IngestRefusal.TopicInvalid, IngestRefusal.StoreRefused], _seams.Quarantined.Select(static record => record.Reason));
        Assert.Equal(TestDevices.Key(), _seams.Quarantined[1].Device);
        Assert.Equal("tenant/t1/device/d1/heartbeat", _seams.Quarantined[1].Topic);
    }

    [Fact]
    public async Task A_batch_that_fails_is_offered_again_unchanged_and_nothing_is_acknowledged_meanwhile()
    {
        _seams.SinkFailures = 2;
        await SubmitAsync(1, IngestKind.Telemetry);
        await _loop.StartAsync(CancellationToken.None);

        await _seams.AttemptAsync(1);
        Assert.False(_wire.Reader.TryRead(out _));
        await AdvanceUntilAsync(() => _seams.Batches.Count == 3);

        Assert.Equal("40020001", await ReadAsync(4));
        Assert.All(_seams.Batches, batch => Assert.Same(_seams.Batches[0][0], batch[0]));
        await StopAsync();
    }

    [Fact]
    public async Task A_failing_quarantine_holds_the_acknowledgement_but_does_not_write_accepted_messages_twice()
    {
        _seams.QuarantineFailures = 1;
        _seams.Refuse = static _ => true;
        await SubmitAsync(1, IngestKind.Telemetry);
        await _loop.StartAsync(CancellationToken.None);

        await AdvanceUntilAsync(() => _seams.Quarantined.Count == 1);

        Assert.Equal("4003000183", await ReadAsync(5));
        Assert.Single(_seams.Batches);
        await StopAsync();
    }

    [Fact]
    public async Task A_batch_has_its_limit()
    {
        for (ushort id = 1; id <= 5; id++)
        {
            await SubmitAsync(id, IngestKind.Telemetry);
        }

        // The backlog hands over beside us; a loop that starts before it is done takes what is there.
        for (var patience = Stopwatch.StartNew(); _queue.Reader.Count < 5; await Task.Yield())
        {
            Assert.True(patience.Elapsed < TimeSpan.FromSeconds(30));
        }

        await _loop.StartAsync(CancellationToken.None);
        await ReadAsync(20);

        Assert.Equal([3, 2], _seams.Batches.Select(static batch => batch.Count));
        await StopAsync();
    }

    [Fact]
    public async Task The_window_is_free_again_after_the_acknowledgement()
    {
        for (ushort id = 1; id <= 5; id++)
        {
            await SubmitAsync(id, IngestKind.Telemetry);
        }

        Assert.True(_backlog.IsWindowFull);
        var waiting = _backlog.EnterAsync(CancellationToken.None);
        Assert.False(waiting.IsCompleted);
        await _loop.StartAsync(CancellationToken.None);

        await waiting.WaitAsync(TimeSpan.FromSeconds(10));
        await StopAsync();
    }

    [Fact]
    public async Task A_message_waits_for_a_registry_that_fails()
    {
        _seams.RegistryFailures = 2;
        await _loop.StartAsync(CancellationToken.None);

        await SubmitAsync(1, IngestKind.Telemetry);
        Assert.Empty(_seams.Batches);
        await AdvanceUntilAsync(() => _seams.Batches.Count == 1);

        Assert.Equal("40020001", await ReadAsync(4));
        await StopAsync();
    }

    [Fact]
    public async Task The_site_of_the_registry_completes_a_message()
    {
        await SubmitAsync(1, IngestKind.Telemetry);
        await _loop.StartAsync(CancellationToken.None);
        await ReadAsync(4);

        Assert.Equal("north", _seams.Batches[0][0].SiteId);
        Assert.NotEqual(Guid.Empty, _seams.Batches[0][0].Id);
        await StopAsync();
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(0, 0)]
    public async Task A_sink_that_reports_what_it_was_not_given_is_asked_again_and_nothing_is_acknowledged(params int[] indexes)
    {
        _seams.NextFailures = [.. indexes.Select(static index => new IngestFailure(index, "x"))];
        await SubmitAsync(1, IngestKind.Telemetry);
        await _loop.StartAsync(CancellationToken.None);

        await _seams.AttemptAsync(1);
        Assert.False(_wire.Reader.TryRead(out _));
        await AdvanceUntilAsync(() => _seams.Batches.Count == 2);

        Assert.Equal("40020001", await ReadAsync(4));
        await StopAsync();
    }

    [Fact]
    public async Task A_host_out_of_patience_leaves_what_is_unwritten_unacknowledged()
    {
        _seams.SinkFailures = int.MaxValue;
        await SubmitAsync(1, IngestKind.Telemetry);
        await _loop.StartAsync(CancellationToken.None);
        await _seams.AttemptAsync(1);

        await _loop.StopAsync(new CancellationToken(canceled: true)).WaitAsync(TimeSpan.FromSeconds(10));

        Assert.False(_wire.Reader.TryRead(out _));
        Assert.Contains(_log.Collector.GetSnapshot(), static entry => entry.Id.Id == 3024);
    }

    [Fact]
    public async Task What_is_queued_when_the_host_stops_is_written_first()
    {
        await SubmitRefusedAsync(1, IngestRefusal.TopicInvalid);
        await _loop.StartAsync(CancellationToken.None);
        await StopAsync();

        Assert.Equal("4003000190", await ReadAsync(5));
    }

    [Fact]
    public async Task What_is_abandoned_is_never_acknowledged()
    {
        _seams.RegistryFailures = int.MaxValue;
        await SubmitAsync(1, IngestKind.Telemetry);

        var idle = _backlog.WhenIdleAsync();
        Assert.False(idle.IsCompleted);
        await _abandon.CancelAsync();

        await idle.WaitAsync(TimeSpan.FromSeconds(10));
        _backlog.FlushAcknowledgements();
        Assert.False(_wire.Reader.TryRead(out _));
        Assert.Empty(_seams.Batches);
    }

    [Fact]
    public void Waiting_doubles_from_a_fifth_of_a_second_to_five_seconds()
    {
        var backOff = default(BackOff);
        double[] ceilings = [0.2, 0.4, 0.8, 1.6, 3.2, 5, 5, 5];

        Assert.All(ceilings, ceiling => Assert.InRange(backOff.Next().TotalSeconds, ceiling / 2, ceiling));
    }

    private async Task SubmitAsync(ushort packetId, IngestKind kind)
    {
        await _backlog.EnterAsync(CancellationToken.None);
        var message = new PendingMessage(_backlog, packetId, 0);
        message.Accept(new IngestMessage { Id = Guid.CreateVersion7(_time.GetUtcNow()), Device = TestDevices.Key(), Kind = kind, Payload = "{}"u8.ToArray(), ReceivedAt = _time.GetUtcNow() });
        _backlog.Submit(message);
    }

    private async Task SubmitRefusedAsync(ushort packetId, IngestRefusal refusal)
    {
        await _backlog.EnterAsync(CancellationToken.None);
        var message = new PendingMessage(_backlog, packetId, 0);
        message.Refuse(QuarantineRecords.Create(TestDevices.Key(), "x", refusal, null, PayloadDigest.Of("x"u8), _time.GetUtcNow()));
        _backlog.Submit(message);
    }

    private async Task<string> ReadAsync(int bytes)
    {
        var result = await _wire.Reader.ReadAtLeastAsync(bytes).AsTask().WaitAsync(TimeSpan.FromSeconds(10));
        var hex = Convert.ToHexString(result.Buffer.ToArray());
        _wire.Reader.AdvanceTo(result.Buffer.End);
        return hex;
    }

    private async Task AdvanceUntilAsync(Func<bool> condition)
    {
        // The loop runs on a thread of its own, and a busy machine may not schedule it for long: patience in real time.
        var patience = Stopwatch.StartNew();
        while (!condition() && patience.Elapsed < TimeSpan.FromSeconds(30))
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1);
        }

        Assert.True(condition());
    }

    private Task StopAsync() => _loop.StopAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(10));

    private sealed class StubSeams : IIngestSink, IQuarantineSink, IDeviceRegistry, IDeviceTrust
    {
        private readonly TaskCompletionSource _firstAttempt = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public List<IReadOnlyList<IngestMessage>> Batches { get; } = [];

        public List<QuarantineRecord> Quarantined { get; } = [];

        public Func<IngestMessage, bool> Refuse { get; set; } = static _ => false;

        /// <summary>What the next write reports, whatever it was given.</summary>
        public IReadOnlyList<IngestFailure>? NextFailures { get; set; }

        public int SinkFailures { get; set; }

        public int QuarantineFailures { get; set; }

        public int RegistryFailures { get; set; }

        public Task AttemptAsync(int seconds) => _firstAttempt.Task.WaitAsync(TimeSpan.FromSeconds(10 * seconds));

        public ValueTask<IReadOnlyList<IngestFailure>> WriteAsync(IReadOnlyList<IngestMessage> batch, CancellationToken cancellationToken)
        {
            Batches.Add(batch);
            _firstAttempt.TrySetResult();
            if (SinkFailures-- > 0)
            {
                throw new InvalidOperationException("The store is down.");
            }

            if (NextFailures is { } reported)
            {
                NextFailures = null;
                return ValueTask.FromResult(reported);
            }

            return ValueTask.FromResult<IReadOnlyList<IngestFailure>>(
                [.. Enumerable.Range(0, batch.Count).Where(index => Refuse(batch[index])).Select(static index => new IngestFailure(index, "22P05"))]);
        }

        public ValueTask WriteAsync(IReadOnlyList<QuarantineRecord> records, CancellationToken cancellationToken)
        {
            if (QuarantineFailures-- > 0)
            {
                throw new InvalidOperationException("The quarantine is down.");
            }

            Quarantined.AddRange(records);
            return ValueTask.CompletedTask;
        }

        public ValueTask<DeviceRegistration?> FindAsync(DeviceKey device, CancellationToken cancellationToken) =>
            RegistryFailures-- > 0
                ? throw new InvalidOperationException("The registry is down.")
                : ValueTask.FromResult<DeviceRegistration?>(new DeviceRegistration(device, "north", Enabled: true, TenantActive: true));

        public DeviceTrustVerdict Check(X509Certificate2 leaf, IReadOnlyList<X509Certificate2> presented) => DeviceTrustVerdict.Refused("unused");

        public bool IsLive(in TrustedCertificate certificate) => true;
    }
}
