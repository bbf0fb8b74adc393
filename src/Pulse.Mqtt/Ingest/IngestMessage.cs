namespace Pulse.Mqtt;

/// <summary>One message that passed every rule.</summary>
public sealed class IngestMessage
{
    /// <summary>
    /// The endpoint's own identifier of this message, a UUIDv7 (RFC 9562) of <see cref="ReceivedAt"/>. It stays the same when a
    /// batch comes again after a failure: a sink that keys its rows by it stores each message it was given once.
    /// </summary>
    public required Guid Id { get; init; }

    /// <summary>The device that sent it, from its certificate.</summary>
    public required DeviceKey Device { get; init; }

    /// <summary>What it is, from its topic.</summary>
    public required IngestKind Kind { get; init; }

    /// <summary>The bytes as received: strict UTF-8 JSON, an object, without anything <c>jsonb</c> refuses.</summary>
    public required ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>When the endpoint read it.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>The envelope's <c>ts</c>; telemetry only, <see langword="null"/> when absent: use <see cref="ReceivedAt"/>.</summary>
    public DateTimeOffset? Timestamp { get; init; }

    /// <summary>The envelope's <c>seq</c>; telemetry only.</summary>
    public long? Sequence { get; init; }

    /// <summary>The site: from the registry, else from the envelope.</summary>
    public string? SiteId { get; init; }

    internal IngestMessage WithSite(string siteId) => new()
    {
        Id = Id,
        Device = Device,
        Kind = Kind,
        Payload = Payload,
        ReceivedAt = ReceivedAt,
        Timestamp = Timestamp,
        Sequence = Sequence,
        SiteId = siteId,
    };
}
