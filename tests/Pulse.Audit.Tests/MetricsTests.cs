using System.Diagnostics.Metrics;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Npgsql;

namespace Pulse.Audit.Tests;

public sealed class MetricsTests
{
    [Fact]
    public async Task The_meter_tells_where_every_event_has_gone()
    {
        using var rig = new AuditRig(options =>
        {
            options.MaxQueuedEvents = 4;
            options.Linger = TimeSpan.Zero;
        });
        using var failures = Collect<long>(rig, "pulse.audit.store.failures");
        using var duration = Collect<double>(rig, "pulse.audit.flush.duration");
        using var rows = Collect<int>(rig, "pulse.audit.flush.events");
        var outage = true;
        rig.Store.Script = (call, _) =>
        {
            if (outage)
            {
                outage = false;
                return Task.FromException<StoreResult>(new NpgsqlException("down"));
            }

            return call.SqlState is null && call.Types.Contains("test.poison", StringComparer.Ordinal)
                ? Task.FromException<StoreResult>(FakeStore.Refusal("22000"))
                : Task.FromResult(StoreResult.Committed);
        };
        await rig.WriteAsync("test.a", "test.poison", "test.b");
        rig.Writer.TryWrite(AuditRig.Access());
        rig.Writer.TryWrite(AuditRig.Access());
        Assert.Equal(4, Read<int>(rig, "pulse.audit.queue.events"));
        Assert.Equal(rig.Queue.PendingBytes, Read<long>(rig, "pulse.audit.queue.bytes"));

        await rig.StartAsync();
        await rig.Time.PassAsync(TimeSpan.FromSeconds(0.2));
        await rig.StopAsync();

        Assert.Equal(3, Read<long>(rig, "pulse.audit.events", ("class", "security")));
        Assert.Equal(2, Read<long>(rig, "pulse.audit.events", ("class", "access")));
        Assert.Equal(0, Read<long>(rig, "pulse.audit.events", ("class", "critical")));
        Assert.Equal(3, Read<long>(rig, "pulse.audit.stored"));
        Assert.Equal(1, Read<long>(rig, "pulse.audit.quarantined"));
        Assert.Equal(1, Read<long>(rig, "pulse.audit.dropped", ("reason", "events")));
        Assert.Equal(0, Read<long>(rig, "pulse.audit.dropped", ("reason", "bytes")));
        Assert.Equal(0, Read<long>(rig, "pulse.audit.dropped", ("reason", "closed")));
        Assert.Equal(1, Read<long>(rig, "pulse.audit.declared"));
        Assert.Equal(0, Read<long>(rig, "pulse.audit.lost"));
        Assert.Equal(0, Read<int>(rig, "pulse.audit.queue.events"));
        Assert.Equal("unavailable", failures.GetMeasurementSnapshot()[0].Tags["kind"]);
        Assert.Contains(failures.GetMeasurementSnapshot(), measurement => Equals(measurement.Tags["kind"], "refused"));
        Assert.Equal(5, rows.GetMeasurementSnapshot().Sum(measurement => measurement.Value));
        Assert.NotEmpty(duration.GetMeasurementSnapshot());
    }

    [Fact]
    public void Every_instrument_has_its_name_its_unit_and_a_description()
    {
        using var rig = new AuditRig();
        rig.Metrics.Watch(new SealLag(rig.Time));
        List<Instrument> instruments = [];
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, rig.MeterFactory))
            {
                instruments.Add(instrument);
            }
        };
        listener.Start();

        Assert.Equal(
            [
                "clock.steps {step}", "coalesced {event}", "critical.timeouts {event}", "declared {event}", "dropped {event}", "events {event}",
                "flush.duration s", "flush.events {event}", "lost {event}", "quarantined {event}", "queue.bytes By", "queue.events {event}",
                "request.failures {question}", "seal.failures {round}", "seal.lag s", "sealed {event}", "spill.damaged {event}", "spill.events {event}",
                "spill.faults {fault}", "spill.fsync.duration s", "spill.recovered {event}", "store.failures {attempt}", "stored {event}",
                "stream.forks {stream}",
            ],
            instruments.Select(instrument => $"{instrument.Name["pulse.audit.".Length..]} {instrument.Unit}").Order(StringComparer.Ordinal));
        Assert.All(instruments, instrument => Assert.EndsWith(".", instrument.Description, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Late_Critical_writes_and_forks_are_counted()
    {
        using var rig = new AuditRig();
        using var timeouts = Collect<long>(rig, "pulse.audit.critical.timeouts");
        using var forks = Collect<long>(rig, "pulse.audit.stream.forks");
        using var failures = Collect<long>(rig, "pulse.audit.store.failures");
        var calls = 0;
        rig.Store.Script = (_, _) => ++calls switch
        {
            1 => Task.FromResult(StoreResult.HeadMoved),
            2 => Task.FromException<StoreResult>(FakeStore.Refusal("42501")),
            _ => Task.FromResult(StoreResult.Committed),
        };
        var late = rig.Writer.WriteAsync(AuditRig.Critical()).AsTask();
        rig.Time.Advance(TimeSpan.FromSeconds(10));
        await Assert.ThrowsAsync<AuditUnavailableException>(() => late);

        await rig.StartAsync();
        await rig.Time.PassAsync(TimeSpan.FromSeconds(0.2));
        await rig.Time.PassAsync(TimeSpan.FromSeconds(0.4));
        await rig.StopAsync();

        Assert.Equal(1, Assert.Single(timeouts.GetMeasurementSnapshot()).Value);
        Assert.Equal(1, Assert.Single(forks.GetMeasurementSnapshot()).Value);
        Assert.Equal("misconfigured", Assert.Single(failures.GetMeasurementSnapshot()).Tags["kind"]);
    }

    [Fact]
    public void The_lag_of_sealing_grows_until_everything_is_known_to_be_sealed()
    {
        using var rig = new AuditRig();
        var lag = rig.Metrics.Watch(new SealLag(rig.Time));
        rig.Time.Advance(TimeSpan.FromSeconds(7));
        Assert.Equal(7, Read<double>(rig, "pulse.audit.seal.lag"));

        var startedAt = rig.Time.GetTimestamp();
        rig.Time.Advance(TimeSpan.FromSeconds(2));
        foreach (var unsure in (SealResult[])
            [
                SealResult.Elsewhere,
                SealResult.Nothing with { HasMore = true },
                SealResult.Nothing with { Refusal = SealRefusal.KeyUnknown },
                SealResult.Nothing with { Broken = [(Guid.NewGuid(), 1)] },
            ])
        {
            lag.Observe(startedAt, unsure);
            Assert.Equal(9, Read<double>(rig, "pulse.audit.seal.lag"));
        }

        lag.Observe(startedAt, SealResult.Nothing);
        Assert.Equal(2, Read<double>(rig, "pulse.audit.seal.lag"));
    }

    private static MetricCollector<T> Collect<T>(AuditRig rig, string instrument)
        where T : struct => new(rig.MeterFactory, "Pulse.Audit", instrument);

    private static T Read<T>(AuditRig rig, string instrument, (string Key, string Value)? tag = null)
        where T : struct
    {
        using var collector = Collect<T>(rig, instrument);
        collector.RecordObservableInstruments();
        return Assert.Single(
            collector.GetMeasurementSnapshot(),
            measurement => tag is null || Equals(measurement.Tags[tag.Value.Key], tag.Value.Value)).Value;
    }
}
