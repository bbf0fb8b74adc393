namespace Pulse.Mqtt;

/// <summary>A refused message, cut down to what an operator needs.</summary>
public sealed class QuarantineRecord
{
    /// <summary>The device that sent it, from its certificate; never from the topic or the payload.</summary>
    public required DeviceKey Device { get; init; }

    /// <summary>The topic it named: printable ASCII, other bytes as <c>\xHH</c>, at most 256 characters.</summary>
    public required string Topic { get; init; }

    /// <summary>Why it was refused.</summary>
    public required IngestRefusal Reason { get; init; }

    /// <summary>More about it: printable ASCII, at most 256 characters, safe to store and show.</summary>
    public string? Detail { get; init; }

    /// <summary>The payload's length in bytes.</summary>
    public required int PayloadLength { get; init; }

    /// <summary>The first bytes of the payload, at most 1 KiB; any bytes.</summary>
    public required ReadOnlyMemory<byte> PayloadHead { get; init; }

    /// <summary>The SHA-256 of the whole payload in lower-case hexadecimal.</summary>
    public required string PayloadSha256 { get; init; }

    /// <summary>When the endpoint read it.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }
}
