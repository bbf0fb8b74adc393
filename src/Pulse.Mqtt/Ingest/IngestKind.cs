namespace Pulse.Mqtt;

/// <summary>What a device said: one value per topic it may write.</summary>
public enum IngestKind
{
    /// <summary><c>…/telemetry</c>, an envelope of version 1.</summary>
    Telemetry,

    /// <summary><c>…/heartbeat</c>, a JSON object.</summary>
    Heartbeat,

    /// <summary><c>…/shadow/reported</c>, a JSON object.</summary>
    ShadowReported,

    /// <summary><c>…/commands/ack</c>, a JSON object.</summary>
    CommandAck,
}
