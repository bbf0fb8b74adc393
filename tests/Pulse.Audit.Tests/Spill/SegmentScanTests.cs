using CsCheck;

namespace Pulse.Audit.Tests.Spill;

public sealed class SegmentScanTests
{
    [Fact]
    public void What_was_written_is_read()
    {
        var events = SegmentFiles.Events(3);

        var scan = SegmentScan.Read(SegmentFiles.File(events), SegmentFiles.Segment);

        Assert.Equal(
            (SegmentFiles.Segment, SegmentFiles.Stream, SegmentFiles.Boot, 1, SegmentFiles.Created),
            (scan.Header!.Segment, scan.Header.Stream, scan.Header.Boot, scan.Header.FirstSequence, scan.Header.Created));
        var run = Assert.Single(scan.Runs);
        Assert.Equal((1, 0), (run.FirstSequence, run.Missing));
        Assert.Equal([1L, 2, 3], run.Frames.Select(frame => frame.Sequence));
        Assert.Equal(events.Select(chained => chained.Event.Record), run.Frames.Select(frame => frame.Record));
        Assert.All(run.Frames, frame => Assert.Null(frame.GapCount));
        Assert.Equal((0, 0, false, 3), (scan.TornBytes, scan.DamagedBytes, scan.IsDamaged, scan.Events));
    }

    [Fact]
    public void A_file_cut_at_any_byte_yields_every_whole_frame_and_tells_of_the_rest()
    {
        var events = SegmentFiles.Events(3);
        var file = SegmentFiles.File(events);
        var ends = new List<int> { SpillHeader.Bytes };
        foreach (var chained in events)
        {
            ends.Add(ends[^1] + SpillFrame.BytesFor(chained.Event));
        }

        for (var length = 0; length <= file.Length; length++)
        {
            var scan = SegmentScan.Read(file.AsSpan(0, length), SegmentFiles.Segment);

            var whole = ends.Count(end => end <= length) - 1;
            Assert.Equal(Math.Max(whole, 0), scan.Events);
            Assert.False(scan.IsDamaged, $"length {length}");
            Assert.Equal(whole < 0 ? length : length - ends[whole], scan.TornBytes);
        }
    }

    [Fact]
    public void A_file_cut_at_any_byte_in_reserved_space_yields_the_same()
    {
        var file = SegmentFiles.File(SegmentFiles.Events(2));
        var first = SpillHeader.Bytes + SpillFrame.BytesFor(SegmentFiles.Events(1)[0].Event);
        for (var length = first; length < file.Length; length++)
        {
            byte[] reserved = [.. file.AsSpan(0, length), .. new byte[4096]];

            var scan = SegmentScan.Read(reserved, SegmentFiles.Segment);

            Assert.Equal(1, scan.Events);
            Assert.False(scan.IsDamaged, $"length {length}");
            Assert.Equal(length > first, scan.TornBytes > 0);
        }
    }

    [Fact]
    public void One_flipped_bit_costs_at_most_one_frame_and_never_passes_unnoticed()
    {
        var file = SegmentFiles.File(SegmentFiles.Events(3));
        for (var bit = 0; bit < file.Length * 8; bit++)
        {
            byte[] flipped = [.. file];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));

            var scan = SegmentScan.Read(flipped, SegmentFiles.Segment);

            var isHeader = bit < SpillHeader.Bytes * 8;
            Assert.Equal(isHeader ? 3 : 2, scan.Events);
            Assert.True(scan.IsDamaged || scan.TornBytes > 0, $"bit {bit}");
            Assert.Equal(isHeader, scan.Header is null);
        }
    }

    [Fact]
    public void A_damaged_middle_starts_a_run_of_its_own_that_knows_what_is_missing()
    {
        var events = SegmentFiles.Events(5);
        var file = SegmentFiles.File(events);
        var second = SpillHeader.Bytes + SpillFrame.BytesFor(events[0].Event);
        var fourth = second + SpillFrame.BytesFor(events[1].Event) + SpillFrame.BytesFor(events[2].Event);
        file.AsSpan(second, fourth - second).Fill(0xFF);

        var scan = SegmentScan.Read(file, SegmentFiles.Segment);

        Assert.Equal([(1L, 0L, 1), (4, 2, 2)], scan.Runs.Select(run => (run.FirstSequence, run.Missing, run.Frames.Count)));
        Assert.Equal(fourth - second, scan.DamagedBytes);
    }

    [Fact]
    public void A_damaged_last_frame_counts_as_one_missing_event_at_least()
    {
        var file = SegmentFiles.File(SegmentFiles.Events(2));
        file[^2] ^= 1;

        var scan = SegmentScan.Read(file, SegmentFiles.Segment);

        Assert.Equal([(1L, 0L, 1), (2, 1, 0)], scan.Runs.Select(run => (run.FirstSequence, run.Missing, run.Frames.Count)));
        Assert.True(scan.IsDamaged);
        Assert.Equal(0, scan.TornBytes);
    }

    [Fact]
    public void Rubbish_between_frames_loses_no_event_and_is_told_of()
    {
        var events = SegmentFiles.Events(2);
        var file = SegmentFiles.File(events);
        var second = SpillHeader.Bytes + SpillFrame.BytesFor(events[0].Event);

        var scan = SegmentScan.Read([.. file.AsSpan(0, second), 1, 2, 3, .. SpillFrame.Mark, .. file.AsSpan(second)], SegmentFiles.Segment);

        Assert.Equal([1L, 2], SegmentFiles.Sequences(scan));
        Assert.Single(scan.Runs);
        Assert.Equal(7, scan.DamagedBytes);
    }

    [Fact]
    public void Frames_of_another_segment_are_refused()
    {
        var file = SegmentFiles.File(SegmentFiles.Events(2));

        var scan = SegmentScan.Read(file, Guid.Parse("01900000-0000-7000-8000-00000000dddd"));

        Assert.Null(scan.Header);
        Assert.Equal(0, scan.Events);
        Assert.True(scan.IsDamaged);
    }

    [Fact]
    public void A_frame_that_was_there_before_is_not_read_as_a_later_one()
    {
        var events = SegmentFiles.Events(2);

        var scan = SegmentScan.Read(SegmentFiles.File([events[1], events[0]], SegmentFiles.Header(2)), SegmentFiles.Segment);

        Assert.Equal([2L], SegmentFiles.Sequences(scan));
        Assert.True(scan.IsDamaged);
    }

    [Fact]
    public void Space_that_was_reserved_and_never_written_is_empty_and_not_damaged()
    {
        var scan = SegmentScan.Read(new byte[8192], SegmentFiles.Segment);
        Assert.Equal((0, false, 8192), (scan.Events, scan.IsDamaged, scan.TornBytes));

        var begun = SegmentScan.Read([.. SegmentFiles.File([]), .. new byte[4096]], SegmentFiles.Segment);
        Assert.Equal((0, false, 0), (begun.Events, begun.IsDamaged, begun.TornBytes));
        Assert.Empty(begun.Runs);
    }

    [Fact]
    public void A_header_of_another_version_is_not_read()
    {
        var header = SegmentFiles.Header().Write();
        header[11] = 2;

        Assert.Null(SpillHeader.Read(header));
        Assert.Null(SpillHeader.Read(SegmentFiles.Header().Write().AsSpan(0, SpillHeader.Bytes - 1)));
        Assert.NotNull(SpillHeader.Read(SegmentFiles.Header().Write()));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    [InlineData(SpillFrame.MaxPayloadBytes + 1)]
    [InlineData(-1)]
    public void A_length_that_no_frame_has_is_refused(int length)
    {
        var frame = SegmentFiles.File(SegmentFiles.Events(1)).AsSpan(SpillHeader.Bytes).ToArray();
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(4), length);

        Assert.Null(SpillFrame.Read(frame, SegmentFiles.Segment));
        Assert.False(SpillFrame.IsTorn(frame));
    }

    [Fact]
    public void Any_bytes_at_all_are_survived() =>
        Gen.Byte.Array[0, 600].Sample(
            bytes =>
            {
                var scan = SegmentScan.Read(bytes, SegmentFiles.Segment);
                return scan.Events == 0;
            },
            iter: 2_000);

    [Theory]
    [InlineData("123456789", 0xE3069283)]
    [InlineData("", 0)]
    [InlineData("a", 0xC1D04330)]
    public void The_checksum_is_the_published_one(string text, uint expected)
    {
        var crc = new Crc32C();
        crc.Add(System.Text.Encoding.ASCII.GetBytes(text));
        Assert.Equal(expected, crc.Value);
    }
}
