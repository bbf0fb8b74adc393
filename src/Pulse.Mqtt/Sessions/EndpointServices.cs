using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Pulse.Mqtt;

/// <summary>What every connection needs.</summary>
internal sealed class EndpointServices(
    IOptions<PulseMqttOptions> options,
    AclStore acl,
    IngestServices ingest,
    ConnectHandshake handshake,
    ConnectionTable connections,
    BrokerAdapter broker,
    MqttMetrics metrics,
    TimeProvider time,
    IHostApplicationLifetime lifetime,
    ILogger<MqttConnection> logger)
{
    public PulseMqttOptions Options => options.Value;

    public AclStore Acl => acl;

    public IngestServices Ingest => ingest;

    public ConnectHandshake Handshake => handshake;

    public ConnectionTable Connections => connections;

    public BrokerAdapter Broker => broker;

    public MqttMetrics Metrics => metrics;

    public TimeProvider Time => time;

    public CancellationToken Stopping => lifetime.ApplicationStopping;

    public ILogger Logger => logger;
}
