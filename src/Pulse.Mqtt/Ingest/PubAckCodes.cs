using MQTTnet.Protocol;

namespace Pulse.Mqtt;

/// <summary>What an MQTT 5 device is told. It never learns whether it is unknown, disabled, suspended or revoked.</summary>
internal static class PubAckCodes
{
    public static MqttPubAckReasonCode Of(IngestRefusal refusal) => refusal switch
    {
        IngestRefusal.None => MqttPubAckReasonCode.Success,
        IngestRefusal.TopicInvalid => MqttPubAckReasonCode.TopicNameInvalid,
        IngestRefusal.PayloadTooLarge => MqttPubAckReasonCode.QuotaExceeded,
        IngestRefusal.DeviceRateLimited => MqttPubAckReasonCode.QuotaExceeded,
        IngestRefusal.TenantRateLimited => MqttPubAckReasonCode.QuotaExceeded,
        IngestRefusal.JsonInvalid => MqttPubAckReasonCode.PayloadFormatInvalid,
        IngestRefusal.EnvelopeInvalid => MqttPubAckReasonCode.PayloadFormatInvalid,
        IngestRefusal.SiteMismatch => MqttPubAckReasonCode.PayloadFormatInvalid,
        IngestRefusal.StoreRefused => MqttPubAckReasonCode.ImplementationSpecificError,
        _ => MqttPubAckReasonCode.NotAuthorized,
    };
}
