namespace Pulse.Mqtt;

/// <summary>What the pipeline takes out of a telemetry envelope.</summary>
internal readonly record struct TelemetryEnvelope(DateTimeOffset? Timestamp, long? Sequence, string? SiteId);
