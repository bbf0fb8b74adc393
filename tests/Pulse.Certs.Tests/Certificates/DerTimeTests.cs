using System.Formats.Asn1;
using System.Text;

namespace Pulse.Certs.Tests;

public class DerTimeTests
{
    [Theory]
    [InlineData(1951, "UTC 510607080910Z")]
    [InlineData(2049, "UTC 490607080910Z")]
    [InlineData(2050, "GEN 20500607080910Z")]
    [InlineData(2051, "GEN 20510607080910Z")]
    public void Writes_UTCTime_through_2049_and_GeneralizedTime_from_2050_in_whole_seconds(int year, string expected)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        DerTime.Write(writer, new DateTimeOffset(year, 6, 7, 10, 9, 10, 250, TimeSpan.FromHours(2)));

        var written = writer.Encode();

        Assert.Equal(expected, (written[0] == 0x17 ? "UTC " : "GEN ") + Encoding.ASCII.GetString(written, 2, written.Length - 2));
        Assert.Equal(new DateTimeOffset(year, 6, 7, 8, 9, 10, TimeSpan.Zero), DerTime.Read(written, out var consumed));
        Assert.Equal(written.Length, consumed);
    }

    [Theory]
    [InlineData("490101000000Z", 2049)]
    [InlineData("500101000000Z", 1950)]
    [InlineData("510101000000Z", 1951)]
    public void Reads_a_UTCTime_as_of_1950_to_2049(string text, int year) =>
        Assert.Equal(year, DerTime.Read(CsrBuilder.Element(0x17, Encoding.ASCII.GetBytes(text)), out _).Year);

    [Theory]
    [InlineData("20491231235959Z")]
    [InlineData("20500101000000.5Z")]
    public void Refuses_a_GeneralizedTime_before_2050_or_of_part_of_a_second(string text) =>
        Assert.Throws<AsnContentException>(() => DerTime.Read(CsrBuilder.Element(0x18, Encoding.ASCII.GetBytes(text)), out _));
}
