namespace Pulse.Mqtt;

/// <summary>The rules that need nothing but the bytes, the connection's identity and the ACL, in their order.</summary>
internal static class MessageRules
{
    /// <summary>Decides about one PUBLISH of a device.</summary>
    /// <param name="identity">The connection.</param>
    /// <param name="acl">The ACL in force.</param>
    /// <param name="topic">The topic's bytes.</param>
    /// <param name="payload">The payload, or its beginning when it is longer than allowed.</param>
    /// <param name="payloadLength">The payload's length.</param>
    /// <param name="maxPayload">The longest allowed.</param>
    public static MessageVerdict Check(
        DeviceIdentity identity, AclDocument acl, ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, long payloadLength, int maxPayload)
    {
        var isOwn = topic.StartsWith(identity.TopicPrefix);
        if (!isOwn || !DeviceTopic.TryGetKind(topic[identity.TopicPrefix.Length..], out var kind))
        {
            return MessageVerdict.Refused(DeviceTopic.IsWellFormed(topic) ? IngestRefusal.IdentityMismatch : IngestRefusal.TopicInvalid);
        }

        if (!acl.Check(identity.AclClient, AclAccess.Write, topic).Allowed)
        {
            return MessageVerdict.Refused(IngestRefusal.AclDenied);
        }

        return payloadLength > maxPayload
            ? MessageVerdict.Refused(IngestRefusal.PayloadTooLarge)
            : CheckPayload(kind, payload);
    }

    private static MessageVerdict CheckPayload(IngestKind kind, ReadOnlySpan<byte> payload)
    {
        var problem = JsonObjectRules.Check(payload, out var position);
        if (problem != JsonProblem.None)
        {
            return MessageVerdict.Refused(IngestRefusal.JsonInvalid, JsonDetail.Describe(problem, position));
        }

        if (kind != IngestKind.Telemetry)
        {
            return new MessageVerdict(IngestRefusal.None, Detail: null, kind, default);
        }

        var detail = TelemetryEnvelopeReader.Read(payload, out var envelope);
        return detail is null
            ? new MessageVerdict(IngestRefusal.None, Detail: null, kind, envelope)
            : MessageVerdict.Refused(IngestRefusal.EnvelopeInvalid, detail);
    }
}
