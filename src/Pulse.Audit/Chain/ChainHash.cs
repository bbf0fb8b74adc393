using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Pulse.Audit;

/// <summary>
/// The link of the chain: SHA-256 over the ASCII text <c>pulse.audit.v1</c>, the 32 bytes of the previous hash (zeros for the
/// first), the 16 bytes of the stream's UUID in network order, the sequence number as 8 bytes big-endian, and the record.
/// Every part before the record has a fixed length, so no two inputs read alike. PostgreSQL says the same with
/// <c>sha256('pulse.audit.v1'::bytea || prev_hash || uuid_send(stream) || int8send(seq) || record)</c>.
/// </summary>
internal static class ChainHash
{
    public const int Bytes = SHA256.HashSizeInBytes;

    private const int HeadBytes = 14 + Bytes + 16 + sizeof(long);

    public static byte[] Compute(ReadOnlySpan<byte> previous, Guid stream, long sequence, ReadOnlySpan<byte> record)
    {
        Span<byte> head = stackalloc byte[HeadBytes];
        "pulse.audit.v1"u8.CopyTo(head);
        previous.CopyTo(head[14..]);
        stream.TryWriteBytes(head[46..], bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(head[62..], sequence);

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(head);
        hash.AppendData(record);
        return hash.GetHashAndReset();
    }
}
