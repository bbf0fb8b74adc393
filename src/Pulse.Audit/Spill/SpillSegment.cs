using System.Buffers.Binary;
using System.Globalization;

namespace Pulse.Audit;

/// <summary>A segment as the process knows it.</summary>
internal sealed class SpillSegment
{
    private const string Suffix = ".spill";
    private const int NumberDigits = 16;

    private SpillSegment(string name, long number, Guid id)
    {
        Name = name;
        Number = number;
        Id = id;
    }

    public string Name { get; }

    /// <summary>Segments are stored in the order of their numbers.</summary>
    public long Number { get; }

    public Guid Id { get; }

    /// <summary>When it was begun, as its id tells: a UUID of version 7 begins with the milliseconds since 1970.</summary>
    public DateTimeOffset Created
    {
        get
        {
            Span<byte> bytes = stackalloc byte[16];
            Id.TryWriteBytes(bytes, bigEndian: true, out _);
            var milliseconds = BinaryPrimitives.ReadInt64BigEndian(bytes) >>> 16;
            return DateTimeOffset.FromUnixTimeMilliseconds(Math.Min(milliseconds, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));
        }
    }

    /// <summary>The stream of its events; null when another process wrote it.</summary>
    public Guid? Stream { get; init; }

    /// <summary>In the space that was kept for the time when there is none.</summary>
    public bool IsReserve { get; init; }

    public long Events { get; set; }

    public long Bytes { get; set; }

    /// <summary>When its first event occurred.</summary>
    public DateTimeOffset? Oldest { get; set; }

    /// <summary>Whether its content is in memory, being stored.</summary>
    public bool IsOpened { get; set; }

    public static string NameOf(long number, Guid id) =>
        string.Create(CultureInfo.InvariantCulture, $"{number:x16}-{id:N}{Suffix}");

    public static SpillSegment Create(long number, Guid id, Guid stream, bool isReserve) =>
        new(NameOf(number, id), number, id) { Stream = stream, IsReserve = isReserve };

    /// <returns>Null when this is no segment's name.</returns>
    public static SpillSegment? Find(string name)
    {
        if (name.Length != NumberDigits + 1 + 32 + Suffix.Length || !name.EndsWith(Suffix, StringComparison.Ordinal))
        {
            return null;
        }

        var hasNumber = long.TryParse(name.AsSpan(0, NumberDigits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number);
        var hasId = Guid.TryParseExact(name.AsSpan(NumberDigits + 1, 32), "N", out var id);
        return hasNumber && hasId && NameOf(number, id) == name ? new SpillSegment(name, number, id) : null;
    }
}
