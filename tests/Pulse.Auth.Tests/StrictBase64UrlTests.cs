using CsCheck;

namespace Pulse.Auth.Tests;

public sealed class StrictBase64UrlTests
{
    [Theory]
    [InlineData("")]
    [InlineData("A")]
    [InlineData("AAAAA")]
    [InlineData("YQ==")]
    [InlineData("YQ%3D")]
    [InlineData("Y Q")]
    [InlineData("YQ\n")]
    [InlineData("+_-/")]
    [InlineData("YR")]
    [InlineData("YWJjZB")]
    [InlineData("YＱ")]
    public void Refuses_all_but_the_canonical_text(string text) => Assert.False(StrictBase64Url.TryDecode(text, new byte[64], out _));

    [Fact]
    public void Refuses_a_destination_that_is_too_small() => Assert.False(StrictBase64Url.TryDecode("YWJj", new byte[2], out _));

    [Fact]
    public void Every_byte_string_has_exactly_one_text() =>
        Gen.Byte.Array[1, 48].Sample(bytes =>
        {
            var decoded = new byte[64];
            return StrictBase64Url.TryDecode(TestKeys.Url(bytes), decoded, out var written) && decoded.AsSpan(0, written).SequenceEqual(bytes);
        });
}
