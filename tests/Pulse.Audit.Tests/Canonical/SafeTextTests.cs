using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using CsCheck;

namespace Pulse.Audit.Tests.Canonical;

public sealed class SafeTextTests
{
    private const int Plenty = 1 << 20;

    public static TheoryData<string, string> Escapes => new()
    {
        { "\0", "\\u0000" },
        { "\u0001", "\\u0001" },
        { "\t", "\\u0009" },
        { "\r\n", "\\u000D\\u000A" },
        { "\u001B[31m", "\\u001B[31m" },
        { "\u001F", "\\u001F" },
        { "\u007F", "\\u007F" },
        { "\u0080", "\\u0080" },
        { "\u0085", "\\u0085" },
        { "\u009F", "\\u009F" },
        { "\u061C", "\\u061C" },
        { "\u200E\u200F", "\\u200E\\u200F" },
        { "\u2028\u2029", "\\u2028\\u2029" },
        { "\u202A\u202B\u202C\u202D\u202E", "\\u202A\\u202B\\u202C\\u202D\\u202E" },
        { "\u2066\u2067\u2068\u2069", "\\u2066\\u2067\\u2068\\u2069" },
        { "\\u0041", "\\u005Cu0041" },
    };

    public static TheoryData<string> Harmless => new()
    {
        string.Empty, " ", "~", "\u00A0", "\u061B", "\u200D", "\u2010", "\u2027", "\u202F", "\u2065", "\u206A", "a\\b", "\\", "\\\\", "\\U0041", "é中😀", "\"quoted\"",
    };

    [Theory]
    [MemberData(nameof(Escapes))]
    public void A_character_that_acts_on_its_reader_becomes_its_escape(string text, string expected)
    {
        Assert.Equal(expected, SafeText.Clean(text, Plenty, out var cut));
        Assert.False(cut);
    }

    [Theory]
    [MemberData(nameof(Harmless))]
    public void Every_other_text_stays_as_it_is(string text)
    {
        Assert.Equal(text, SafeText.Clean(text, Plenty, out var cut));
        Assert.False(cut);
    }

    [Fact]
    public void Lone_surrogates_are_escaped_and_pairs_are_kept()
    {
        Assert.Equal("\\uD83D", SafeText.Clean("\uD83D", Plenty, out _));
        Assert.Equal("\\uDE00", SafeText.Clean("\uDE00", Plenty, out _));
        Assert.Equal("\\uDE00\\uD83D", SafeText.Clean("\uDE00\uD83D", Plenty, out _));
        Assert.Equal("a\\uD83Db", SafeText.Clean("a\uD83Db", Plenty, out _));
        Assert.Equal("😀\\u0000😀", SafeText.Clean("😀\0😀", Plenty, out _));
    }

    [Fact]
    public void Plain_text_is_not_copied()
    {
        const string Text = "nothing to do here";
        Assert.Same(Text, SafeText.Clean(Text, Text.Length, out _));
    }

    [Theory]
    [InlineData("abcdef", 6, "abcdef", false)]
    [InlineData("abcdef", 5, "abcde", true)]
    [InlineData("éé", 4, "éé", false)]
    [InlineData("éé", 3, "é", true)]
    [InlineData("中中", 5, "中", true)]
    [InlineData("a😀", 5, "a😀", false)]
    [InlineData("a😀", 4, "a", true)]
    [InlineData("a\n", 7, "a\\u000A", false)]
    [InlineData("a\n", 6, "a", true)]
    [InlineData("\\u", 7, "\\u005Cu", false)]
    [InlineData("\\u", 6, "\\u005C", true)]
    [InlineData("\\u", 5, "", true)]
    public void Text_is_cut_between_characters_and_never_inside_an_escape(string text, int maxBytes, string expected, bool expectedCut)
    {
        Assert.Equal(expected, SafeText.Clean(text, maxBytes, out var cut));
        Assert.Equal(expectedCut, cut);
    }

    [Fact]
    public void Any_text_can_be_had_back_and_is_harmless_and_within_its_limit() =>
        Gen.Char["\\u05C\0\n\u0085\u202E\uD83D\uDE00aé中"].Array[0, 40].Select(units => new string(units)).Sample(text =>
        {
            var clean = SafeText.Clean(text, Plenty, out _);
            var back = Regex.Replace(clean, @"\\u([0-9A-F]{4})", match =>
                ((char)ushort.Parse(match.Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString());
            Assert.Equal(text, back);
            Assert.DoesNotContain(clean, unit => char.IsControl(unit) || unit == '\u202E');
            Assert.Equal(clean, Encoding.UTF8.GetString(new UTF8Encoding(false, throwOnInvalidBytes: true).GetBytes(clean)));

            var shortened = SafeText.Clean(text, 20, out var cut);
            Assert.InRange(Encoding.UTF8.GetByteCount(shortened), 0, 20);
            Assert.StartsWith(shortened, clean, StringComparison.Ordinal);
            Assert.Equal(shortened != clean, cut);
        }, iter: 2000);
}
