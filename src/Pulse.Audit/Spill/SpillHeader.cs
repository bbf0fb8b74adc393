using System.Buffers.Binary;

namespace Pulse.Audit;

/// <summary>The beginning of a segment: whose events follow, and from which place of the chain.</summary>
/// <param name="Segment">The segment's own id, which salts the checksum of every frame in it.</param>
/// <param name="Stream">The stream of the events.</param>
/// <param name="Boot">The run of the process that wrote it.</param>
/// <param name="FirstSequence">Sequence number of the first frame.</param>
/// <param name="PreviousHash">The hash the first event is chained to.</param>
/// <param name="Created">When the segment was begun, in whole microseconds.</param>
internal sealed record SpillHeader(
    Guid Segment, Guid Stream, Guid Boot, long FirstSequence, byte[] PreviousHash, DateTimeOffset Created)
{
    public const int Bytes = 112;

    private const int Version = 1;
    private const int ChecksumAt = Bytes - sizeof(uint);

    public byte[] Write()
    {
        var bytes = new byte[Bytes];
        "PULSESPL"u8.CopyTo(bytes);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(8), Version);
        Segment.TryWriteBytes(bytes.AsSpan(12), bigEndian: true, out _);
        Stream.TryWriteBytes(bytes.AsSpan(28), bigEndian: true, out _);
        Boot.TryWriteBytes(bytes.AsSpan(44), bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(60), FirstSequence);
        PreviousHash.CopyTo(bytes.AsSpan(68));
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(100), Created.UtcTicks / TimeSpan.TicksPerMicrosecond);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(ChecksumAt), Checksum(bytes));
        return bytes;
    }

    /// <returns>Null when these bytes are no intact header of a version this code reads.</returns>
    public static SpillHeader? Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Bytes || !bytes.StartsWith("PULSESPL"u8) || BinaryPrimitives.ReadInt32BigEndian(bytes[8..]) != Version)
        {
            return null;
        }

        if (BinaryPrimitives.ReadUInt32BigEndian(bytes[ChecksumAt..]) != Checksum(bytes))
        {
            return null;
        }

        return new SpillHeader(
            new Guid(bytes.Slice(12, 16), bigEndian: true),
            new Guid(bytes.Slice(28, 16), bigEndian: true),
            new Guid(bytes.Slice(44, 16), bigEndian: true),
            BinaryPrimitives.ReadInt64BigEndian(bytes[60..]),
            bytes.Slice(68, ChainHash.Bytes).ToArray(),
            new DateTimeOffset(BinaryPrimitives.ReadInt64BigEndian(bytes[100..]) * TimeSpan.TicksPerMicrosecond, TimeSpan.Zero));
    }

    private static uint Checksum(ReadOnlySpan<byte> header)
    {
        var crc = new Crc32C();
        crc.Add(header[..ChecksumAt]);
        return crc.Value;
    }
}
