using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;

namespace Pulse.Mqtt;

/// <summary>The package's instruments. Tags come from closed sets; no tenant, device or address ever becomes one.</summary>
internal sealed class MqttMetrics
{
    public const string MeterName = "Pulse.Mqtt";

    private readonly Counter<long> _messages;
    private readonly UpDownCounter<long> _connections;
    private readonly Counter<long> _refusedConnections;
    private readonly Counter<long> _endedConnections;
    private readonly Histogram<int> _batchSize;
    private readonly Histogram<double> _batchDuration;
    private readonly Counter<long> _sinkFailures;
    private readonly Counter<long> _registryFailures;
    private readonly Counter<long> _abandoned;
    private readonly Counter<long> _retain;
    private readonly Counter<long> _serviceMessages;
    private readonly Counter<long> _aclReloads;
    private readonly Counter<long> _aclPublications;
    private readonly Counter<long> _brokerSessions;
    private readonly Counter<long> _canary;

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The factory owns its meters.")]
    public MqttMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _messages = meter.CreateCounter<long>("pulse.mqtt.messages", "{message}", "Messages of devices decided, by outcome, reason and kind.");
        _connections = meter.CreateUpDownCounter<long>("pulse.mqtt.connections", "{connection}", "Open MQTT connections, by listener.");
        _refusedConnections = meter.CreateCounter<long>("pulse.mqtt.connections.refused", "{connection}", "Connections refused before a session began, by reason.");
        _endedConnections = meter.CreateCounter<long>("pulse.mqtt.connections.ended", "{connection}", "Sessions the endpoint ended itself, by reason.");
        _batchSize = meter.CreateHistogram<int>("pulse.mqtt.commit.batch_size", "{message}", "Messages handed to the sink at once.");
        _batchDuration = meter.CreateHistogram<double>("pulse.mqtt.commit.duration", "s", "Time from handing a batch to the sink until it was committed, retries included.");
        _sinkFailures = meter.CreateCounter<long>("pulse.mqtt.commit.failures", "{attempt}", "Attempts to write a batch or quarantine records that threw.");
        _registryFailures = meter.CreateCounter<long>("pulse.mqtt.registry.failures", "{attempt}", "Registry look-ups that threw.");
        _abandoned = meter.CreateCounter<long>("pulse.mqtt.messages.abandoned", "{message}", "Messages given up unacknowledged because their connection was gone or the endpoint stopped.");
        _retain = meter.CreateCounter<long>("pulse.mqtt.messages.retain_ignored", "{message}", "Messages whose retain flag was ignored.");
        _serviceMessages = meter.CreateCounter<long>("pulse.mqtt.service.messages", "{message}", "Messages published by service accounts, by outcome.");
        _aclReloads = meter.CreateCounter<long>("pulse.mqtt.acl.reloads", "{reload}", "Readings of a changed ACL file, by outcome.");
        _aclPublications = meter.CreateCounter<long>("pulse.mqtt.broker.publications", "{publication}", "Publications of a broker's ACL file, by outcome.");
        _brokerSessions = meter.CreateCounter<long>("pulse.mqtt.broker.sessions_ended", "{session}", "Sessions taken over to end them, by outcome.");
        _canary = meter.CreateCounter<long>("pulse.mqtt.broker.canary", "{check}", "Looks at whether the broker refuses what it must, by what was seen.");
    }

    public void Message(IngestRefusal refusal, IngestKind? kind)
    {
        var tags = new TagList
        {
            { "outcome", refusal == IngestRefusal.None ? "accepted" : "quarantined" },
            { "reason", refusal == IngestRefusal.None ? "none" : refusal.ToString() },
            { "kind", kind?.ToString() ?? "unknown" },
        };
        _messages.Add(1, tags);
    }

    public void Connected(MqttListener listener) => _connections.Add(1, new KeyValuePair<string, object?>("listener", listener.ToString()));

    public void Disconnected(MqttListener listener) => _connections.Add(-1, new KeyValuePair<string, object?>("listener", listener.ToString()));

    public void Refused(string reason) => _refusedConnections.Add(1, new KeyValuePair<string, object?>("reason", reason));

    public void Ended(string reason) => _endedConnections.Add(1, new KeyValuePair<string, object?>("reason", reason));

    public void Committed(int count, TimeSpan duration)
    {
        _batchSize.Record(count);
        _batchDuration.Record(duration.TotalSeconds);
    }

    public void SinkFailed() => _sinkFailures.Add(1);

    public void RegistryFailed() => _registryFailures.Add(1);

    public void Abandoned(int count) => _abandoned.Add(count);

    public void RetainIgnored() => _retain.Add(1);

    public void ServiceMessage(bool allowed) => _serviceMessages.Add(1, new KeyValuePair<string, object?>("outcome", allowed ? "routed" : "denied"));

    public void AclReloaded(bool succeeded) => _aclReloads.Add(1, new KeyValuePair<string, object?>("outcome", succeeded ? "loaded" : "kept_last_good"));

    public void AclPublished(AclPublicationOutcome outcome) => _aclPublications.Add(1, new KeyValuePair<string, object?>("outcome", outcome.ToString()));

    public void BrokerSessionEnded(bool succeeded) => _brokerSessions.Add(1, new KeyValuePair<string, object?>("outcome", succeeded ? "ended" : "failed"));

    public void CanaryLooked(BrokerProtection seen) => _canary.Add(1, new KeyValuePair<string, object?>("seen", seen.ToString()));
}
