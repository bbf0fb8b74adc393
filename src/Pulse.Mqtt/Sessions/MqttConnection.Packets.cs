using System.Buffers;
using MQTTnet.Adapter;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace Pulse.Mqtt;

/// <summary>What becomes of each packet.</summary>
internal sealed partial class MqttConnection
{
    private async ValueTask<MqttPacket?> HandleAsync(PacketHead head)
    {
        if (head.IsMalformed || !head.HasValidFlags)
        {
            return Violation(MqttDisconnectReasonCode.MalformedPacket);
        }

        switch (head.Type)
        {
            case PacketType.Publish when _inbound is { } inbound:
                return Violation(await inbound.ReadAsync(head, _stop.Token).ConfigureAwait(false));
            case PacketType.Publish:
                return await ReadServicePublishAsync(head).ConfigureAwait(false);
            case PacketType.PingReq when head.Length == 0:
                await Output.WriteAsync(PingResponse, _stop.Token).ConfigureAwait(false);
                return null;
            case PacketType.Subscribe or PacketType.Unsubscribe:
                return await ReadControlAsync(head).ConfigureAwait(false);
            case PacketType.Disconnect when head.Length == 0:
                // The decoder makes nothing of the shortest form of MQTT 5.0 (§3.14.2.1), and the connection would go on.
                return new MqttDisconnectPacket();
            case PacketType.PubAck or PacketType.Disconnect:
                return await DecodeAsync(head, PacketLimits.MaxControlPacket).ConfigureAwait(false);
            default:
                // Quality of service 2 is never agreed on, a second CONNECT and AUTH are never due, the rest is a server's to send.
                return Violation(MqttDisconnectReasonCode.ProtocolError);
        }
    }

    private async ValueTask<MqttPacket?> ReadControlAsync(PacketHead head)
    {
        // One question at a time: the broker queues its answers without a bound.
        await _controlAnswered.WaitAsync(_stop.Token).ConfigureAwait(false);
        var packet = await DecodeAsync(head, PacketLimits.MaxControlPacket).ConfigureAwait(false);
        if (packet is not MqttSubscribePacket subscribe)
        {
            return packet;
        }

        if (subscribe.PacketIdentifier == 0 || subscribe.TopicFilters.Count is 0 or > PacketLimits.MaxFilters)
        {
            return Violation(MqttDisconnectReasonCode.ProtocolError);
        }

        await _subscriptions!.FilterAsync(subscribe, _stop.Token).ConfigureAwait(false);
        if (subscribe.TopicFilters.Count > 0)
        {
            return subscribe;
        }

        await SendPacketAsync(new MqttSubAckPacket { PacketIdentifier = subscribe.PacketIdentifier, ReasonCodes = [] }, _stop.Token).ConfigureAwait(false);
        return null;
    }

    private async ValueTask<MqttPacket?> ReadServicePublishAsync(PacketHead head)
    {
        var limit = PacketLimits.MaxPublishHeader + _services.Options.MaxPayloadBytes;
        var body = head.Length > limit ? null : await ReadBodyAsync(head.Length, _stop.Token).ConfigureAwait(false);
        if (body is null)
        {
            return Violation(MqttDisconnectReasonCode.PacketTooLarge);
        }

        if (!PublishHeader.TryParse(head.Flags, body, Session.IsVersion5, out var header) || TopicText.IsMalformed(header.TopicIn(body)))
        {
            return Violation(header.UsesTopicAlias ? MqttDisconnectReasonCode.TopicAliasInvalid : MqttDisconnectReasonCode.MalformedPacket);
        }

        if (header.UsesTopicAlias)
        {
            return Violation(MqttDisconnectReasonCode.TopicAliasInvalid);
        }

        if (header.QualityOfService == (int)MqttQualityOfServiceLevel.ExactlyOnce)
        {
            return Violation(MqttDisconnectReasonCode.QoSNotSupported);
        }

        var code = DecideServicePublish(header.TopicIn(body));
        _services.Metrics.ServiceMessage(code == MqttPubAckReasonCode.Success);
        if (code == MqttPubAckReasonCode.Success)
        {
            return Decode(head, body) is MqttPublishPacket publish ? WithoutRetain(publish) : null;
        }

        if (header.PacketId != 0)
        {
            Output.AddPubAck(header.PacketId, code);
            Output.FlushAcks();
        }

        return null;
    }

    private MqttPubAckReasonCode DecideServicePublish(ReadOnlySpan<byte> topic)
    {
        if (!TopicText.IsPublishable(topic))
        {
            return MqttPubAckReasonCode.TopicNameInvalid;
        }

        return _services.Acl.Current.Check(Session.AclClient, AclAccess.Write, topic).Allowed
            ? MqttPubAckReasonCode.Success
            : MqttPubAckReasonCode.NotAuthorized;
    }

    private MqttPublishPacket WithoutRetain(MqttPublishPacket publish)
    {
        if (publish.Retain)
        {
            _services.Metrics.RetainIgnored();
            publish.Retain = false;
        }

        return publish;
    }

    private async ValueTask<MqttPacket?> DecodeAsync(PacketHead head, int limit)
    {
        var body = head.Length > limit ? null : await ReadBodyAsync(head.Length, _stop.Token).ConfigureAwait(false);
        return body is null ? Violation(MqttDisconnectReasonCode.PacketTooLarge) : Decode(head, body);
    }

    private MqttPacket? Decode(PacketHead head, byte[] body)
    {
        try
        {
            return PacketFormatterAdapter.Decode(new ReceivedMqttPacket(head.FirstByte, body, body.Length));
        }
        catch (Exception exception)
        {
            // The decoder meets hostile bytes and has no closed set of exceptions; whatever it throws, the packet is malformed.
            Log.Undecodable(_services.Logger, Id, exception);
            return Violation(MqttDisconnectReasonCode.MalformedPacket);
        }
    }

    private async ValueTask<byte[]?> ReadBodyAsync(int length, CancellationToken cancellationToken)
    {
        var shown = await _reader.PeekAsync(length, cancellationToken).ConfigureAwait(false);
        var body = shown.Length < length ? null : shown.ToArray();
        _reader.Advance(shown);
        return body;
    }

    /// <summary>Ends the session unless there is nothing wrong; either way no packet is handed on.</summary>
    private MqttPacket? Violation(MqttDisconnectReasonCode code)
    {
        if (code != MqttDisconnectReasonCode.NormalDisconnection)
        {
            End(code, "protocol");
        }

        return null;
    }

    private MqttConnAckPacket Announce(MqttConnAckPacket answer)
    {
        answer.IsSessionPresent = false;
        if (!Session.IsVersion5)
        {
            return answer;
        }

        answer.AssignedClientIdentifier = Session.AssignedClientId;
        answer.ServerKeepAlive = Session.ServerKeepAlive;
        answer.MaximumQoS = MqttQualityOfServiceLevel.AtLeastOnce;
        answer.RetainAvailable = false;
        answer.SharedSubscriptionAvailable = false;
        answer.TopicAliasMaximum = 0;
        answer.SessionExpiryInterval = 0;
        answer.ReceiveMaximum = (ushort)_services.Options.MaxInFlightPerConnection;
        answer.MaximumPacketSize = PacketLimits.MaxSkippedPublish;
        return answer;
    }
}
