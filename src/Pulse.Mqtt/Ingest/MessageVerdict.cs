namespace Pulse.Mqtt;

/// <summary>What the rules on bytes say about a message; no registry, trust or rate was asked yet.</summary>
internal readonly record struct MessageVerdict(IngestRefusal Refusal, string? Detail, IngestKind Kind, TelemetryEnvelope Envelope)
{
    public static MessageVerdict Refused(IngestRefusal refusal, string? detail = null) => new(refusal, detail, default, default);
}
