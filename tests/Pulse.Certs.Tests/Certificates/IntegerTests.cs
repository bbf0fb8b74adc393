using System.Formats.Asn1;

namespace Pulse.Certs.Tests;

/// <summary>Serial numbers and counts at the edges of their ranges.</summary>
public class IntegerTests
{
    private const string Octets19 = "01020304050607080910111213141516171819";

    [Theory]
    [InlineData("01", 1)]
    [InlineData("AbCd", 2)]
    [InlineData(Octets19 + "20", 20)]
    public void A_serial_number_is_up_to_20_octets_of_digits_in_either_case(string text, int octets)
    {
        Assert.True(SerialNumber.TryParse(text, out var serial));
        Assert.Equal(Convert.FromHexString(text), serial);
        Assert.Equal(octets, serial.Length);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("ABC")]
    [InlineData("0G")]
    [InlineData("0x01")]
    [InlineData(Octets19 + "2021")]
    public void Text_that_is_no_serial_number_is_told_so_and_gives_none(string? text)
    {
        Assert.False(SerialNumber.TryParse(text, out var serial));
        Assert.Empty(serial);
    }

    [Theory]
    [InlineData("0214" + "7F" + Octets19, "7f" + Octets19)]
    [InlineData("020200FF", "ff")]
    [InlineData("02017F", "7f")]
    public void A_certificate_may_have_a_serial_number_of_up_to_20_octets(string serial, string expected) =>
        Assert.Equal(expected, Read(serial).SerialNumber);

    [Theory]
    [InlineData("0215" + "00FF" + Octets19)]
    [InlineData("0215" + "7F01" + Octets19)]
    [InlineData("020180")]
    [InlineData("0201FF")]
    public void A_certificate_of_a_longer_or_a_negative_serial_number_is_none(string serial) =>
        Assert.Throws<AsnContentException>(() => Read(serial));

    [Theory]
    [InlineData("020100", 0)]
    [InlineData("02047FFFFFFE", int.MaxValue - 1)]
    [InlineData("02047FFFFFFF", int.MaxValue)]
    [InlineData("02050080000000", int.MaxValue)]
    [InlineData("020900FFFFFFFFFFFFFFFF", int.MaxValue)]
    public void A_count_beyond_all_counts_is_the_largest(string der, int expected) =>
        Assert.Equal(expected, SmallInteger.Read(new AsnReader(Convert.FromHexString(der), AsnEncodingRules.DER)));

    [Fact]
    public void A_negative_count_is_none() =>
        Assert.Throws<AsnContentException>(() => SmallInteger.Read(new AsnReader(new byte[] { 2, 1, 0xFF }, AsnEncodingRules.DER)));

    private static ParsedCertificate Read(string serial)
    {
        var issuer = TestCertificate.Authority("Root");
        var leaf = TestCertificate.Leaf("leaf", issuer);
        leaf.Serial = Convert.FromHexString(serial);
        return ParsedCertificate.Read(leaf.Der);
    }
}
