using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace Pulse.Audit;

/// <summary>The signed text that says which events retention took out, and when in the log's life.</summary>
/// <param name="Origin">The log's name.</param>
/// <param name="Month">The first day of the month.</param>
/// <param name="Events">How many.</param>
/// <param name="At">The tree at that time.</param>
/// <param name="Digest">SHA-256 over the runs, see <see cref="DigestOf"/>.</param>
internal sealed record PruneMarker(string Origin, DateOnly Month, long Events, TreeHead At, byte[] Digest)
{
    private const string Suffix = "/pruned";
    private const string MonthFormat = "yyyy-MM";

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Origin}{Suffix}\n{Month.ToString(MonthFormat, CultureInfo.InvariantCulture)}\n{Events}\n{At.Size}\n{Convert.ToBase64String(At.Root)}\n{Convert.ToBase64String(Digest)}\n");

    /// <returns>Null when the lines are no marker.</returns>
    public static PruneMarker? Parse(string[] lines)
    {
        if (lines.Length != 6 || !lines[0].EndsWith(Suffix, StringComparison.Ordinal))
        {
            return null;
        }

        var origin = lines[0][..^Suffix.Length];
        var isMonth = DateOnly.TryParseExact(lines[1], MonthFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var month);
        var isNumber = long.TryParse(lines[2], NumberStyles.None, CultureInfo.InvariantCulture, out var events);
        var at = TreeHead.Parse([origin, lines[3], lines[4]]);
        var digest = TreeHead.ReadHash(lines[5]);
        return isMonth && isNumber && at is not null && digest is not null ? new PruneMarker(origin, month, events, at, digest) : null;
    }

    /// <summary>Over each run in order: first index, stream (network order), first sequence number, number of events, their hashes. Numbers are 8 bytes, big-endian.</summary>
    public static byte[] DigestOf(IEnumerable<PrunedRun> runs)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> head = stackalloc byte[40];
        foreach (var run in runs)
        {
            BinaryPrimitives.WriteInt64BigEndian(head, run.FirstIndex);
            run.Stream.TryWriteBytes(head[8..], bigEndian: true, out _);
            BinaryPrimitives.WriteInt64BigEndian(head[24..], run.FirstSequence);
            BinaryPrimitives.WriteInt64BigEndian(head[32..], run.Count);
            hash.AppendData(head);
            hash.AppendData(run.Hashes);
        }

        return hash.GetHashAndReset();
    }
}

/// <summary>What is left of events that were taken out: their places and hashes.</summary>
internal sealed record PrunedRun(long FirstIndex, DateOnly Month, Guid Stream, long FirstSequence, byte[] Hashes)
{
    public long Count => Hashes.Length / MerkleFrontier.HashBytes;

    public long End => FirstIndex + Count;

    public byte[] HashAt(long index) =>
        Hashes.AsSpan(checked((int)((index - FirstIndex) * MerkleFrontier.HashBytes)), MerkleFrontier.HashBytes).ToArray();
}

internal sealed record StoredMarker(DateOnly Month, string Note);
