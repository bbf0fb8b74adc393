namespace Pulse.Mqtt;

internal static class QuarantineRecords
{
    public static QuarantineRecord Create(
        DeviceKey device, string topic, IngestRefusal reason, string? detail, PayloadDigest payload, DateTimeOffset receivedAt) => new()
        {
            Device = device,
            Topic = topic,
            Reason = reason,
            Detail = detail,
            PayloadLength = payload.Length,
            PayloadHead = payload.Head,
            PayloadSha256 = payload.Sha256,
            ReceivedAt = receivedAt,
        };
}
