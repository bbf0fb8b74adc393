using System.Diagnostics.Metrics;
using Pulse.Mqtt.Tests.BrokerOperations;

namespace Pulse.Mqtt.Tests;

/// <summary>The instruments as the README lists them: dashboards and alarms hang on these names.</summary>
public sealed class MqttMetricsTests : IDisposable
{
    private readonly MeterFactory _meters = new();

    public void Dispose() => _meters.Dispose();

    [Fact]
    public void Every_instrument_has_its_name_unit_and_description()
    {
        var found = new List<Instrument>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, _) => Take(instrument, found) };
        listener.Start();

        _ = new MqttMetrics(_meters);

        Assert.Equal(
            [
                "pulse.mqtt.acl.reloads {reload}", "pulse.mqtt.broker.canary {check}", "pulse.mqtt.broker.publications {publication}",
                "pulse.mqtt.broker.sessions_ended {session}", "pulse.mqtt.commit.batch_size {message}", "pulse.mqtt.commit.duration s",
                "pulse.mqtt.commit.failures {attempt}", "pulse.mqtt.connections {connection}", "pulse.mqtt.connections.ended {connection}",
                "pulse.mqtt.connections.refused {connection}", "pulse.mqtt.messages {message}", "pulse.mqtt.messages.abandoned {message}",
                "pulse.mqtt.messages.retain_ignored {message}", "pulse.mqtt.registry.failures {attempt}", "pulse.mqtt.service.messages {message}",
            ],
            found.Select(static instrument => $"{instrument.Name} {instrument.Unit}").Order(StringComparer.Ordinal));
        Assert.All(found, static instrument => Assert.EndsWith(".", instrument.Description, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(IngestRefusal.None, IngestKind.Heartbeat, "accepted", "none", "Heartbeat")]
    [InlineData(IngestRefusal.StoreRefused, IngestKind.Telemetry, "quarantined", "StoreRefused", "Telemetry")]
    [InlineData(IngestRefusal.TopicInvalid, null, "quarantined", "TopicInvalid", "unknown")]
    public void A_message_is_counted_by_what_became_of_it(IngestRefusal refusal, IngestKind? kind, string outcome, string reason, string kindTag)
    {
        var metrics = new MqttMetrics(_meters);
        using var messages = new Microsoft.Extensions.Diagnostics.Metrics.Testing.MetricCollector<long>(_meters, "Pulse.Mqtt", "pulse.mqtt.messages");

        metrics.Message(refusal, kind);

        var tags = Assert.Single(messages.GetMeasurementSnapshot()).Tags;
        Assert.Equal((outcome, reason, kindTag), (tags["outcome"], tags["reason"], tags["kind"]));
    }

    private void Take(Instrument instrument, List<Instrument> found)
    {
        if (ReferenceEquals(instrument.Meter.Scope, _meters))
        {
            found.Add(instrument);
        }
    }
}
