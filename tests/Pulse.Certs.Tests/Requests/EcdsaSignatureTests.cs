namespace Pulse.Certs.Tests;

/// <summary>Platforms differ in which encodings they forgive; the answer here must not depend on one.</summary>
public class EcdsaSignatureTests
{
    [Theory]
    [InlineData("3006020101020101", true)]
    [InlineData("3006020100020101", false)] // r = 0
    [InlineData("3006020101020100", false)] // s = 0
    [InlineData("30060201FF020101", false)] // r negative
    [InlineData("30060201010201FF", false)] // s negative
    [InlineData("300702020001020101", false)] // r not minimal
    [InlineData("3009020101020101020101", false)] // a third number
    [InlineData("300602010102010100", false)] // a byte behind the end
    [InlineData("3080020101020101 0000", false)] // indefinite length
    [InlineData("3003020101", false)]
    [InlineData("", false)]
    public void Takes_two_positive_numbers_in_DER_and_nothing_else(string signature, bool strict) =>
        Assert.Equal(strict, EcdsaSignature.IsStrict(Convert.FromHexString(signature.Replace(" ", string.Empty, StringComparison.Ordinal))));

    [Fact]
    public void Takes_128_bytes_at_most()
    {
        byte[] numbers = [.. CsrBuilder.Element(0x02, [.. Enumerable.Repeat((byte)1, 120)]), 2, 1, 1];
        var longest = CsrBuilder.Element(0x30, numbers);
        Assert.Equal(127, longest.Length);

        Assert.True(EcdsaSignature.IsStrict(longest));
        Assert.False(EcdsaSignature.IsStrict(CsrBuilder.Element(0x30, CsrBuilder.Element(0x02, [.. Enumerable.Repeat((byte)1, 121)]), [2, 2, 1, 1])));
    }

    [Fact]
    public void Takes_exactly_128_bytes()
    {
        var number = CsrBuilder.Element(0x02, [.. Enumerable.Repeat((byte)1, 61)]);
        var longest = CsrBuilder.Element(0x30, number, number);
        Assert.Equal(128, longest.Length);

        Assert.True(EcdsaSignature.IsStrict(longest));
    }
}
