using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;

namespace Pulse.Audit;

/// <summary>
/// The last row of a page, by the key the rows are sorted by. The text begins with a letter for the kind, so that the cursor of
/// a page never passes for one of the tail.
/// </summary>
internal readonly record struct KeysetCursor(char Kind, long Key, Guid Id)
{
    /// <summary>By time, in microseconds since 1970, and id.</summary>
    public const char Page = 'p';

    /// <summary>By the number of the transaction, and id.</summary>
    public const char Tail = 't';

    private const int Bytes = sizeof(long) + 16;

    // 24 bytes are 32 characters of base64url exactly: no padding, and only one text for each cursor.
    private const int TextLength = 1 + (Bytes / 3 * 4);

    // The decoder itself would pass over white space.
    private static readonly SearchValues<char> Alphabet = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    public static KeysetCursor ForTime(DateTimeOffset at, Guid id) =>
        new(Page, (at.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond, id);

    /// <exception cref="FormatException">The text is no cursor of this kind.</exception>
    public static KeysetCursor Parse(string text, char kind)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        if (text.Length != TextLength || text[0] != kind || text.AsSpan(1).ContainsAnyExcept(Alphabet))
        {
            throw new FormatException("The cursor is none that this query gave out.");
        }

        Base64Url.DecodeFromChars(text.AsSpan(1), bytes);
        return new KeysetCursor(kind, BinaryPrimitives.ReadInt64BigEndian(bytes), new Guid(bytes[sizeof(long)..], bigEndian: true));
    }

    /// <exception cref="FormatException">It names a time that cannot be.</exception>
    public DateTimeOffset ToTime()
    {
        var earliest = (DateTimeOffset.MinValue.Ticks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
        var latest = (DateTimeOffset.MaxValue.Ticks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
        return Key >= earliest && Key <= latest
            ? DateTimeOffset.UnixEpoch.AddTicks(Key * TimeSpan.TicksPerMicrosecond)
            : throw new FormatException("The cursor is none that this query gave out.");
    }

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        BinaryPrimitives.WriteInt64BigEndian(bytes, Key);
        Id.TryWriteBytes(bytes[sizeof(long)..], bigEndian: true, out _);
        return Kind + Base64Url.EncodeToString(bytes);
    }
}
