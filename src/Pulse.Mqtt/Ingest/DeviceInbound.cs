using System.Buffers;
using System.Security.Cryptography;
using MQTTnet.Protocol;

namespace Pulse.Mqtt;

/// <summary>Takes the PUBLISH packets of one device from the wire into its backlog, without making packets, topics or copies on the way.</summary>
internal sealed class DeviceInbound(
    PacketReader reader, ClientSession session, DeviceIdentity identity, DeviceBacklog backlog, AclStore acl, IngestServices services, int maxPayload)
{
    private const MqttDisconnectReasonCode Fine = MqttDisconnectReasonCode.NormalDisconnection;

    /// <summary>Whether reading waits for the device's own unacknowledged messages.</summary>
    public bool IsPaused { get; private set; }

    /// <summary>Reads one PUBLISH.</summary>
    /// <returns>Why the connection must end, or <see cref="MqttDisconnectReasonCode.NormalDisconnection"/> to go on.</returns>
    public async ValueTask<MqttDisconnectReasonCode> ReadAsync(PacketHead head, CancellationToken cancellationToken)
    {
        if (head.Length > PacketLimits.MaxSkippedPublish)
        {
            return MqttDisconnectReasonCode.PacketTooLarge;
        }

        if (((head.Flags >> 1) & 3) == (int)MqttQualityOfServiceLevel.ExactlyOnce)
        {
            return MqttDisconnectReasonCode.QoSNotSupported;
        }

        IsPaused = backlog.IsWindowFull;
        await backlog.EnterAsync(cancellationToken).ConfigureAwait(false);
        IsPaused = false;

        var isWhole = head.Length <= PacketLimits.MaxPublishHeader + maxPayload;
        var wanted = isWhole ? head.Length : PacketLimits.MaxPublishHeader;
        var shown = await reader.PeekAsync(wanted, cancellationToken).ConfigureAwait(false);
        if (shown.Length < wanted)
        {
            reader.Advance(shown);
            return MqttDisconnectReasonCode.UnspecifiedError;
        }

        using var body = ContiguousBytes.Of(shown);
        var problem = CheckHeader(head, body.Span, isWhole, out var header);
        if (problem != Fine)
        {
            reader.Advance(shown);
            return problem;
        }

        if (header.IsRetain)
        {
            services.Metrics.RetainIgnored();
        }

        var message = new PendingMessage(backlog, header.PacketId, services.Time.GetElapsedTime(0, services.Time.GetTimestamp()).Ticks);
        if (isWhole)
        {
            Decide(message, body.Span, header);
            reader.Advance(shown);
        }
        else
        {
            using var oversize = new OversizePayload(body.Span[header.PayloadStart..]);
            var topic = header.TopicIn(body.Span).ToArray();
            reader.Advance(shown);
            var payloadLength = head.Length - header.PayloadStart;
            if (!await reader.SkipAsync(head.Length - wanted, oversize.Append, cancellationToken).ConfigureAwait(false))
            {
                return MqttDisconnectReasonCode.UnspecifiedError;
            }

            var verdict = MessageRules.Check(identity, acl.Current, topic, [], payloadLength, maxPayload);
            Refuse(message, topic, verdict, oversize.Finish(payloadLength));
        }

        backlog.Submit(message);
        return Fine;
    }

    private MqttDisconnectReasonCode CheckHeader(PacketHead head, ReadOnlySpan<byte> body, bool isWhole, out PublishHeader header)
    {
        if (!PublishHeader.TryParse(head.Flags, body, session.IsVersion5, out header))
        {
            return isWhole ? MqttDisconnectReasonCode.MalformedPacket : MqttDisconnectReasonCode.PacketTooLarge;
        }

        if (header.UsesTopicAlias)
        {
            return MqttDisconnectReasonCode.TopicAliasInvalid;
        }

        return TopicText.IsMalformed(header.TopicIn(body)) ? MqttDisconnectReasonCode.MalformedPacket : Fine;
    }

    private void Decide(PendingMessage message, ReadOnlySpan<byte> body, in PublishHeader header)
    {
        var topic = header.TopicIn(body);
        var payload = body[header.PayloadStart..];
        var verdict = MessageRules.Check(identity, acl.Current, topic, payload, payload.Length, maxPayload);
        if (verdict.Refusal != IngestRefusal.None)
        {
            Refuse(message, topic, verdict, PayloadDigest.Of(payload));
            return;
        }

        var receivedAt = services.Time.GetUtcNow();
        message.Accept(new IngestMessage
        {
            Id = Guid.CreateVersion7(receivedAt),
            Device = identity.Device,
            Kind = verdict.Kind,
            Payload = payload.ToArray(),
            ReceivedAt = receivedAt,
            Timestamp = verdict.Envelope.Timestamp,
            Sequence = verdict.Envelope.Sequence,
            SiteId = verdict.Envelope.SiteId,
        });
    }

    private void Refuse(PendingMessage message, ReadOnlySpan<byte> topic, in MessageVerdict verdict, PayloadDigest payload) =>
        message.Refuse(QuarantineRecords.Create(
            identity.Device, PrintableText.Escape(topic), verdict.Refusal, verdict.Detail, payload, services.Time.GetUtcNow()));

    /// <summary>What is kept of a payload that is passed over.</summary>
    private sealed class OversizePayload : IDisposable
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private readonly ArrayBufferWriter<byte> _head = new(PayloadDigest.HeadLength);

        public OversizePayload(ReadOnlySpan<byte> start) => Append(start);

        public void Append(ReadOnlySequence<byte> part)
        {
            foreach (var segment in part)
            {
                Append(segment.Span);
            }
        }

        public PayloadDigest Finish(int length) =>
            new(length, _head.WrittenSpan.ToArray(), Convert.ToHexStringLower(_hash.GetHashAndReset()));

        public void Dispose() => _hash.Dispose();

        private void Append(ReadOnlySpan<byte> bytes)
        {
            _hash.AppendData(bytes);
            var room = PayloadDigest.HeadLength - _head.WrittenCount;
            _head.Write(bytes[..Math.Min(room, bytes.Length)]);
        }
    }
}
