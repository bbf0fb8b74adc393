using System.Globalization;

namespace Pulse.Audit.Tests.Reading;

public sealed class KeysetCursorTests
{
    private static readonly Guid Id = new("01890a5d-ac96-774b-bcce-b302099a8057");

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public void A_cursor_reads_back_as_it_was_written(long key)
    {
        var cursor = new KeysetCursor(KeysetCursor.Tail, key, Id);

        Assert.Equal(cursor, KeysetCursor.Parse(cursor.ToString(), KeysetCursor.Tail));
    }

    [Fact]
    public void A_cursor_is_safe_in_a_url()
    {
        var text = new KeysetCursor(KeysetCursor.Page, -1, new Guid(Enumerable.Repeat((byte)0xFF, 16).ToArray())).ToString();

        Assert.Equal(33, text.Length);
        Assert.Equal(text, Uri.EscapeDataString(text));
    }

    [Fact]
    public void A_cursor_of_the_tail_is_none_of_a_page()
    {
        Assert.Throws<FormatException>(() => KeysetCursor.Parse(new KeysetCursor(KeysetCursor.Tail, 1, Id).ToString(), KeysetCursor.Page));
        Assert.Throws<FormatException>(() => KeysetCursor.Parse(new KeysetCursor(KeysetCursor.Page, 1, Id).ToString(), KeysetCursor.Tail));
    }

    [Theory]
    [InlineData("")]
    [InlineData("p")]
    [InlineData("pAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("pAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("pAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA+")]
    [InlineData("pAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA ")]
    [InlineData("pAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("P00000000000000000000000000000000")]
    public void Anything_else_is_refused(string text) =>
        Assert.Throws<FormatException>(() => KeysetCursor.Parse(text, KeysetCursor.Page));

    [Theory]
    [InlineData("1970-01-01T00:00:00.0000000+00:00")]
    [InlineData("2026-11-24T03:04:05.1234560+00:00")]
    [InlineData("0001-01-01T00:00:00.0000000+00:00")]
    [InlineData("9999-12-31T23:59:59.9999990+00:00")]
    public void A_time_comes_back_to_the_microsecond(string time)
    {
        var at = DateTimeOffset.Parse(time, CultureInfo.InvariantCulture);

        Assert.Equal(at, KeysetCursor.ForTime(at, Id).ToTime());
    }

    [Theory]
    [InlineData(-62_135_596_800_000_001)]
    [InlineData(253_402_300_800_000_000)]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    public void A_time_that_cannot_be_is_refused(long key) =>
        Assert.Throws<FormatException>(() => new KeysetCursor(KeysetCursor.Page, key, Id).ToTime());
}
