using Microsoft.Extensions.Logging;

namespace Pulse.Mqtt;

/// <summary>What every connection's ingest needs.</summary>
internal sealed class IngestServices(
    IngestQueue queue, RegistryCache registry, AdmissionRules admission, MqttMetrics metrics, TimeProvider time, ILogger<IngestServices> logger)
{
    public IngestQueue Queue => queue;

    public RegistryCache Registry => registry;

    public AdmissionRules Admission => admission;

    public MqttMetrics Metrics => metrics;

    public TimeProvider Time => time;

    public ILogger Logger => logger;
}
