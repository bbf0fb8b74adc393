using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Pulse.Audit;

/// <summary>
/// Events on the disk that cannot continue their own stream, because what lies before them is damaged or the database stands
/// elsewhere, continue as another one. Its id and its first record follow from the place alone: replaying the same file once
/// more gives the same stream, which is how it is found to be stored already.
/// </summary>
internal static class ForkRecord
{
    public const string Damaged = "spill_damaged";
    public const string Moved = "stream_moved";

    public static Guid StreamFor(Guid source, long sequence) => Derive("pulse.audit.fork"u8, source, sequence);

    public static PendingEvent Create(EventCanonicalizer canonicalizer, Guid source, long sequence, long missing, DateTimeOffset at) =>
        canonicalizer.CanonicalizeOwn(
            new AuditEvent
            {
                Type = Gap.EventType,
                Class = AuditClass.Security,
                Outcome = AuditOutcome.Failure,
                Reason = missing > 0 ? Damaged : Moved,
                Fields =
                [
                    AuditField.Public("count", missing),
                    AuditField.Public("stream", source.ToString("D")),
                    AuditField.Public("seq", sequence),
                ],
            },
            Derive("pulse.audit.fork.record"u8, source, sequence),
            at);

    /// <summary>A UUID of version 8, from a hash.</summary>
    private static Guid Derive(ReadOnlySpan<byte> purpose, Guid source, long sequence)
    {
        Span<byte> place = stackalloc byte[24];
        source.TryWriteBytes(place, bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(place[16..], sequence);
        var id = HMACSHA256.HashData(purpose, place).AsSpan(0, 16);
        id[6] = (byte)((id[6] & 0x0F) | 0x80);
        id[8] = (byte)((id[8] & 0x3F) | 0x80);
        return new Guid(id, bigEndian: true);
    }
}
