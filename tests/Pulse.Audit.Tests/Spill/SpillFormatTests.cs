using System.Buffers;
using System.Text;

namespace Pulse.Audit.Tests.Spill;

/// <summary>The bytes of a segment, as another program would read them: made by hand, with a checksum computed elsewhere.</summary>
public sealed class SpillFormatTests
{
    private const string CallersEvent = "F55041310000000A00000000000001021D41D8BCFFFFFFFFFFFFFFFF7B7D";
    private const string GapOfThree = "F55041310000000F0000000000000001F8C553C700000000000000037B2261223A317D";

    [Theory]
    [InlineData(CallersEvent, 258, null, "{}")]
    [InlineData(GapOfThree, 1, 3L, "{\"a\":1}")]
    public void A_frame_has_these_bytes_and_is_read_from_them(string hexadecimal, long sequence, long? gapCount, string record)
    {
        var written = Write(sequence, gapCount, Encoding.UTF8.GetBytes(record));
        var read = SpillFrame.Read(Convert.FromHexString(hexadecimal), SegmentFiles.Segment);

        Assert.Equal(hexadecimal, Convert.ToHexString(written));
        Assert.Equal((sequence, gapCount, record, written.Length), (read!.Value.Sequence, read.Value.GapCount, Encoding.UTF8.GetString(read.Value.Record), read.Value.TotalBytes));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(SpillFrame.MaxPayloadBytes - 8, true)]
    [InlineData(SpillFrame.MaxPayloadBytes - 7, false)]
    public void A_record_is_neither_empty_nor_larger_than_any_that_is_written(int length, bool valid) =>
        Assert.Equal(valid, SpillFrame.Read(Write(1, null, new byte[length]), SegmentFiles.Segment) is not null);

    [Theory]
    [InlineData(19, true)]
    [InlineData(20, false)]
    public void Bytes_that_are_no_head_are_torn_only_while_they_are_shorter_than_one(int length, bool torn) =>
        Assert.Equal(torn, SpillFrame.IsTorn(Enumerable.Repeat((byte)0xFF, length).ToArray()));

    [Fact]
    public void A_single_byte_of_rubbish_hides_no_frame_behind_it()
    {
        var events = SegmentFiles.Events(3);
        var file = SegmentFiles.File(events);
        var second = SpillHeader.Bytes + SpillFrame.BytesFor(events[0].Event);

        var scan = SegmentScan.Read([.. file.AsSpan(0, second), 0xEE, .. file.AsSpan(second)], SegmentFiles.Segment);

        Assert.Equal([1L, 2, 3], SegmentFiles.Sequences(scan));
        Assert.Equal(1, scan.DamagedBytes);
    }

    [Fact]
    public void The_stream_and_the_record_of_a_fork_follow_from_the_place_alone()
    {
        var record = ForkRecord.Create(new EventCanonicalizer(new PulseAuditOptions(), TimeProvider.System), SegmentFiles.Stream, 7, 2, SegmentFiles.Created);

        Assert.Equal(Guid.Parse("97f6cbe9-420c-8d8a-9bcb-bfa59859c123"), ForkRecord.StreamFor(SegmentFiles.Stream, 7));
        Assert.Equal(Guid.Parse("b0cd9613-3b07-8382-9efa-2c8dabfe9876"), ForkRecord.StreamFor(SegmentFiles.Stream, 8));
        Assert.Equal(Guid.Parse("5abc8b5a-09e0-89d7-a455-55fc7da8d1ec"), record.Id);
        Assert.Equal((SegmentFiles.Created, "spill_damaged"), (record.OccurredAt, record.Reason));
        Assert.Contains(
            "\"public\":{\"count\":2,\"stream\":\"01900000-0000-7000-8000-00000000bbbb\",\"seq\":7}", Encoding.UTF8.GetString(record.Record), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0000000000000001-01900000000070008000000000000000.spill", true)]
    [InlineData("0000000000000001-01900000000070008000000000000000.spilx", false)]
    [InlineData("000000000000001-01900000000070008000000000000000.spill", false)]
    [InlineData("00000000000000001-01900000000070008000000000000000.spill", false)]
    [InlineData("000000000000000A-01900000000070008000000000000000.spill", false)]
    [InlineData("000000000000000g-01900000000070008000000000000000.spill", false)]
    [InlineData("0000000000000001-0190000000007000800000000000000g.spill", false)]
    [InlineData("0000000000000001_01900000000070008000000000000000.spill", false)]
    public void A_segment_is_known_by_its_whole_name(string name, bool valid) => Assert.Equal(valid, SpillSegment.Find(name) is not null);

    [Theory]
    [InlineData("01900000-0000-7000-8000-000000000000", "2024-06-10T02:35:18.4000000+00:00")]
    [InlineData("00000000-0001-7000-8000-000000000000", "1970-01-01T00:00:00.0010000+00:00")]
    [InlineData("ffffffff-ffff-7000-8000-000000000000", "9999-12-31T23:59:59.9990000+00:00")]
    public void A_segment_was_begun_when_its_id_says(string id, string expected) => Assert.Equal(
        expected, SpillSegment.Create(1, Guid.Parse(id), Guid.Empty, isReserve: false).Created.ToString("O", System.Globalization.CultureInfo.InvariantCulture));

    [Fact]
    public void What_is_left_of_a_run_follows_what_is_stored_of_it()
    {
        var events = SegmentFiles.Events(3);
        PendingEvent[] pending = [.. events.Select(chained => chained.Event)];
        var run = new ReplayRun(SegmentFiles.Stream, 1, new byte[32], 0, SegmentFiles.Created, pending);
        var lost = run with { PreviousHash = null, Missing = 4 };

        var rest = run.After(2);

        Assert.Same(run, run.After(0));
        Assert.Equal((3L, 0L), (rest.FirstSequence, rest.Missing));
        Assert.Same(pending[2], Assert.Single(rest.Events));
        Assert.Equal(events[1].Hash, rest.PreviousHash);
        Assert.Null(lost.OwnPlaces());
        Assert.Equal((3L, 0L, null), (lost.After(2).FirstSequence, lost.After(2).Missing, lost.After(2).PreviousHash));
    }

    [Fact]
    public void The_database_stands_at_a_place_of_a_run_only_with_the_hash_of_that_place()
    {
        var places = SegmentFiles.Events(3);
        var other = new byte[32];
        Array.Fill(other, (byte)1);

        Assert.Equal(0, ReplayRun.StoredOf([], ChainHead.Start(SegmentFiles.Stream)));
        Assert.Equal(0, ReplayRun.StoredOf(places, ChainHead.Start(SegmentFiles.Stream)));
        Assert.Null(ReplayRun.StoredOf(places, new ChainHead(SegmentFiles.Stream, 0, other)));
        Assert.Equal(2, ReplayRun.StoredOf(places, new ChainHead(SegmentFiles.Stream, 2, places[1].Hash)));
        Assert.Equal(3, ReplayRun.StoredOf(places, new ChainHead(SegmentFiles.Stream, 3, places[2].Hash)));
        Assert.Null(ReplayRun.StoredOf(places, new ChainHead(SegmentFiles.Stream, 2, other)));
        Assert.Null(ReplayRun.StoredOf(places, new ChainHead(SegmentFiles.Stream, 4, other)));
    }

    private static byte[] Write(long sequence, long? gapCount, byte[] record)
    {
        var output = new ArrayBufferWriter<byte>();
        SpillFrame.Write(output, SegmentFiles.Segment, new ChainedEvent(SegmentFiles.Pending(record, gapCount), SegmentFiles.Stream, sequence, new byte[32], new byte[32]));
        return output.WrittenSpan.ToArray();
    }
}
