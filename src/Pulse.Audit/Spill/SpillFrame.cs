using System.Buffers;
using System.Buffers.Binary;

namespace Pulse.Audit;

/// <summary>
/// One event in a segment: mark (4 bytes), length of the payload (4), sequence number (8), CRC-32C (4), payload. The checksum
/// covers segment id, length, sequence number and payload, so a frame of another file or place is refused. The payload is the
/// number of dropped events the record stands for (8; -1 for a caller's event) and the canonical record. Numbers are big-endian.
/// </summary>
internal readonly record struct SpillFrame(long Sequence, long? GapCount, byte[] Record, int TotalBytes)
{
    public const int HeadBytes = 20;

    /// <summary>Beyond every record this package writes; a longer length is damage.</summary>
    public const int MaxPayloadBytes = 4 << 20;

    private const int PrefixBytes = sizeof(long);
    private const long CallersEvent = -1;

    /// <summary>Begins with a byte that UTF-8 never contains, so no event's text can look like a frame.</summary>
    public static ReadOnlySpan<byte> Mark => [0xF5, (byte)'P', (byte)'A', (byte)'1'];

    public static int BytesFor(PendingEvent pending) => HeadBytes + PrefixBytes + pending.Record.Length;

    public static void Write(IBufferWriter<byte> output, Guid segment, ChainedEvent chained)
    {
        var record = chained.Event.Record;
        var total = BytesFor(chained.Event);
        var frame = output.GetSpan(total)[..total];
        Mark.CopyTo(frame);
        BinaryPrimitives.WriteInt32BigEndian(frame[4..], PrefixBytes + record.Length);
        BinaryPrimitives.WriteInt64BigEndian(frame[8..], chained.Sequence);
        BinaryPrimitives.WriteInt64BigEndian(frame[HeadBytes..], chained.Event.GapCount ?? CallersEvent);
        record.CopyTo(frame[(HeadBytes + PrefixBytes)..]);
        BinaryPrimitives.WriteUInt32BigEndian(frame[16..], Checksum(segment, frame));
        output.Advance(total);
    }

    /// <returns>Null when no intact frame of this segment begins here.</returns>
    public static SpillFrame? Read(ReadOnlySpan<byte> bytes, Guid segment)
    {
        if (bytes.Length < HeadBytes || !bytes.StartsWith(Mark))
        {
            return null;
        }

        var length = BinaryPrimitives.ReadInt32BigEndian(bytes[4..]);
        if (!IsPossible(length) || length > bytes.Length - HeadBytes)
        {
            return null;
        }

        var frame = bytes[..(HeadBytes + length)];
        if (BinaryPrimitives.ReadUInt32BigEndian(frame[16..]) != Checksum(segment, frame))
        {
            return null;
        }

        var gapCount = BinaryPrimitives.ReadInt64BigEndian(frame[HeadBytes..]);
        return new SpillFrame(
            BinaryPrimitives.ReadInt64BigEndian(frame[8..]),
            gapCount == CallersEvent ? null : gapCount,
            frame[(HeadBytes + PrefixBytes)..].ToArray(),
            frame.Length);
    }

    /// <summary>
    /// Whether these last bytes of a file look like a write that never ended: shorter than what they announce, in a file whose
    /// space was reserved with zeros behind them. Anything else was whole once.
    /// </summary>
    public static bool IsTorn(ReadOnlySpan<byte> tail)
    {
        var written = tail.TrimEnd((byte)0);
        if (written.Length < HeadBytes)
        {
            return true;
        }

        var length = BinaryPrimitives.ReadInt32BigEndian(written[4..]);
        return written.StartsWith(Mark) && IsPossible(length) && length > written.Length - HeadBytes;
    }

    private static bool IsPossible(int length) => length is > PrefixBytes and <= MaxPayloadBytes;

    private static uint Checksum(Guid segment, ReadOnlySpan<byte> frame)
    {
        Span<byte> salt = stackalloc byte[16];
        segment.TryWriteBytes(salt, bigEndian: true, out _);
        var crc = new Crc32C();
        crc.Add(salt);
        crc.Add(frame.Slice(4, 12));
        crc.Add(frame[HeadBytes..]);
        return crc.Value;
    }
}
