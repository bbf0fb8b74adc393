using System.Buffers;

namespace Pulse.Audit.Tests.Spill;

/// <summary>Segments made for tests.</summary>
internal static class SegmentFiles
{
    public static readonly Guid Segment = Guid.Parse("01900000-0000-7000-8000-00000000aaaa");
    public static readonly Guid Stream = Guid.Parse("01900000-0000-7000-8000-00000000bbbb");
    public static readonly Guid Boot = Guid.Parse("01900000-0000-7000-8000-00000000cccc");
    public static readonly DateTimeOffset Created = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    public static ChainedEvent[] Events(int count, int textLength = 10)
    {
        using var rig = new AuditRig();
        var pending = Enumerable.Range(1, count).Select(number => rig.Canonicalizer.Canonicalize(new AuditEvent
        {
            Type = "test.spilled",
            Class = AuditClass.Security,
            TenantId = "acme",
            Reason = new string('r', textLength),
            Fields = [AuditField.Public("number", number)],
        })).ToArray();
        return ChainHead.Start(Stream).Extend(pending, 0);
    }

    /// <summary>An event of these bytes, whatever they are.</summary>
    public static PendingEvent Pending(byte[] record, long? gapCount = null) => new()
    {
        Id = Guid.Empty,
        OccurredAt = Created,
        Class = AuditClass.Access,
        Outcome = AuditOutcome.Unknown,
        Type = "x",
        TenantId = null,
        VisibleToTenant = false,
        Actor = null,
        OnBehalfOf = null,
        Reason = null,
        Peer = null,
        TraceId = null,
        Record = record,
        GapCount = gapCount,
    };

    public static SpillHeader Header(long firstSequence = 1, byte[]? previousHash = null) =>
        new(Segment, Stream, Boot, firstSequence, previousHash ?? new byte[32], Created);

    public static byte[] File(IEnumerable<ChainedEvent> events, SpillHeader? header = null)
    {
        var output = new ArrayBufferWriter<byte>();
        output.Write((header ?? Header()).Write());
        foreach (var chained in events)
        {
            SpillFrame.Write(output, Segment, chained);
        }

        return output.WrittenSpan.ToArray();
    }

    public static IEnumerable<long> Sequences(SegmentScan scan) =>
        scan.Runs.SelectMany(run => run.Frames).Select(frame => frame.Sequence);
}
