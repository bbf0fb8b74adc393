using System.Text;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace Pulse.Mqtt;

/// <summary>
/// Decides about each filter of a SUBSCRIBE, hands only the allowed ones on, and puts the answers back into the order of the request
/// (MQTT 5.0 §3.9.3), which the broker behind does not keep.
/// </summary>
internal sealed class SubscriptionGate(ClientSession session, AclStore acl, IngestServices services)
{
    private MqttSubscribeReasonCode[] _codes = [];
    private int[] _order = [];

    /// <summary>Decides about every filter and leaves the allowed ones in the packet. When none is left, <see cref="Answer"/> is final.</summary>
    public async ValueTask FilterAsync(MqttSubscribePacket packet, CancellationToken cancellationToken)
    {
        var mayRead = await MayReadAsync(cancellationToken).ConfigureAwait(false);
        var filters = packet.TopicFilters;
        _codes = [.. filters.Select(filter => Decide(filter, mayRead))];

        // The broker sorts by quality of service, highest first; sorted here the same way, its answers can be told apart.
        _order = [.. Enumerable.Range(0, filters.Count)
            .Where(index => _codes[index] <= MqttSubscribeReasonCode.GrantedQoS2)
            .OrderByDescending(index => _codes[index])];
        packet.TopicFilters = [.. _order.Select(index => Limit(filters[index], _codes[index]))];
    }

    /// <summary>The answer, with what the broker said about the filters it was handed.</summary>
    public MqttSubAckPacket Answer(ushort packetId, IReadOnlyList<MqttSubscribeReasonCode> fromBroker)
    {
        for (var i = 0; i < _order.Length; i++)
        {
            _codes[_order[i]] = i < fromBroker.Count ? fromBroker[i] : MqttSubscribeReasonCode.UnspecifiedError;
        }

        return new MqttSubAckPacket { PacketIdentifier = packetId, ReasonCodes = [.. _codes] };
    }

    /// <summary>Whether a message may be delivered now: the ACL may have changed, the certificate may be revoked since the subscription.</summary>
    public bool MayReceive(string topic)
    {
        if (session.Device is { } device && !services.Admission.MayReceive(device.Certificate))
        {
            return false;
        }

        return acl.Current.Check(session.AclClient, AclAccess.Read, Encoding.UTF8.GetBytes(topic)).Allowed;
    }

    private async ValueTask<bool> MayReadAsync(CancellationToken cancellationToken)
    {
        if (session.Device is not { } device)
        {
            return true;
        }

        if (!services.Admission.MayReceive(device.Certificate))
        {
            return false;
        }

        try
        {
            var registration = await services.Registry.GetAsync(device.Device, cancellationToken).ConfigureAwait(false);
            return registration is { Enabled: true, TenantActive: true };
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Not known to be allowed: refused; the device may ask again.
            Log.RegistryFailed(services.Logger, exception);
            services.Metrics.RegistryFailed();
            return false;
        }
    }

    private MqttSubscribeReasonCode Decide(MqttTopicFilter filter, bool mayRead)
    {
        var text = Encoding.UTF8.GetBytes(filter.Topic ?? string.Empty);
        if (text.AsSpan().StartsWith("$share"u8))
        {
            return Denied(MqttSubscribeReasonCode.SharedSubscriptionsNotSupported);
        }

        if (!TopicFilter.IsValid(text) || TopicText.HoldsUnwanted(text))
        {
            return Denied(MqttSubscribeReasonCode.TopicFilterInvalid);
        }

        var isReadable = session.Device is null || session.Device.ReadableTopics.Any(topic => topic.AsSpan().SequenceEqual(text));
        if (!mayRead || !isReadable || !acl.Current.CheckSubscribe(session.AclClient, text).Allowed)
        {
            return Denied(MqttSubscribeReasonCode.NotAuthorized);
        }

        return filter.QualityOfServiceLevel == MqttQualityOfServiceLevel.AtMostOnce
            ? MqttSubscribeReasonCode.GrantedQoS0
            : MqttSubscribeReasonCode.GrantedQoS1;
    }

    /// <summary>MQTT 3.1.1 knows one failure code only (§3.9.3).</summary>
    private MqttSubscribeReasonCode Denied(MqttSubscribeReasonCode code) =>
        session.IsVersion5 ? code : MqttSubscribeReasonCode.UnspecifiedError;

    private static MqttTopicFilter Limit(MqttTopicFilter filter, MqttSubscribeReasonCode granted)
    {
        filter.QualityOfServiceLevel = (MqttQualityOfServiceLevel)granted;
        return filter;
    }
}
