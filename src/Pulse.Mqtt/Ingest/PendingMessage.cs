namespace Pulse.Mqtt;

/// <summary>A message between its arrival and its acknowledgement: either accepted so far, or refused.</summary>
internal sealed class PendingMessage(DeviceBacklog owner, ushort packetId, long receivedTicks)
{
    private IngestMessage? _accepted;

    public DeviceBacklog Owner => owner;

    /// <summary>The packet to acknowledge; 0 for QoS 0.</summary>
    public ushort PacketId => packetId;

    /// <summary>Monotonic time of arrival, so that waiting for a slow registry does not count as sending fast.</summary>
    public long ReceivedTicks => receivedTicks;

    public IngestRefusal Refusal { get; private set; }

    public QuarantineRecord? Quarantine { get; private set; }

    public IngestMessage? Accepted => _accepted;

    /// <summary>Whether registry, certificate and rates agreed.</summary>
    public bool IsAdmitted { get; private set; }

    /// <summary>What the message is, or would have been, where its topic said so.</summary>
    public IngestKind? Kind { get; private set; }

    public void Accept(IngestMessage message)
    {
        _accepted = message;
        Kind = message.Kind;
    }

    /// <summary>The last decision before the sink. The registry's site completes a message that names none.</summary>
    public void Admit(string? registeredSite)
    {
        var message = _accepted ?? throw new InvalidOperationException("Only an accepted message can be admitted.");
        IsAdmitted = true;
        if (message.SiteId is null && registeredSite is not null)
        {
            _accepted = message.WithSite(registeredSite);
        }
    }

    public void Refuse(QuarantineRecord record)
    {
        _accepted = null;
        Quarantine = record;
        Refusal = record.Reason;
    }

    /// <summary>Refuses a message that was accepted so far.</summary>
    public void Refuse(IngestRefusal refusal, string? detail)
    {
        var message = _accepted ?? throw new InvalidOperationException("Only an accepted message can be refused later.");
        Refuse(QuarantineRecords.Create(
            message.Device,
            owner.Identity.TopicOf(message.Kind),
            refusal,
            detail,
            PayloadDigest.Of(message.Payload.Span),
            message.ReceivedAt));
    }
}
