using System.Formats.Asn1;

namespace Pulse.Certs.Tests;

/// <summary>One entry at the edges of what it may hold (RFC 5280 §5.3).</summary>
public class CrlEntryTests
{
    private const string Octets19 = "01020304050607080910111213141516171819";

    [Theory]
    [InlineData("020101", "01")]
    [InlineData("020200FF", "FF")]
    [InlineData("0214" + "7F" + Octets19, "7F" + Octets19)]
    [InlineData("020100", "")]
    public void A_serial_number_is_read_without_its_leading_zero(string serial, string expected)
    {
        var encoded = TestCrl.Entry(Convert.FromHexString(serial));

        Assert.Equal(expected, Convert.ToHexString(CrlEntry.Read(encoded).Serial));
        Assert.Equal(expected, Convert.ToHexString(CrlEntry.SerialOf(encoded)));
        Assert.Equal(encoded.Length, CrlEntry.Read(encoded).Length);
    }

    [Theory]
    [InlineData("020180")]
    [InlineData("0201FF")]
    [InlineData("0215" + "7F01" + Octets19)]
    public void A_serial_number_that_is_negative_or_too_long_is_none(string serial) => Refuses(Convert.FromHexString(serial));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(10)]
    public void A_reason_is_read_whether_it_stands_alone_or_not(byte reason)
    {
        Assert.Equal(reason, CrlEntry.Read(TestCrl.Entry([2, 1, 1], TestCrl.Reason(reason))).Reason);
        Assert.Equal(reason, CrlEntry.Read(TestCrl.Entry([2, 1, 1], InvalidityDate(), TestCrl.Reason(reason))).Reason);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(11)]
    [InlineData(255)]
    public void A_reason_there_is_not_is_refused_whether_it_stands_alone_or_not(byte reason)
    {
        Refuses([2, 1, 1], TestCrl.Reason(reason));
        Refuses([2, 1, 1], InvalidityDate(), TestCrl.Reason(reason));
    }

    [Fact]
    public void A_reason_of_two_octets_is_refused() =>
        Refuses([2, 1, 1], CsrBuilder.Extension(Oids.CrlReason, false, 10, 2, 1, 0));

    [Fact]
    public void Something_behind_a_reason_is_refused() =>
        Refuses([2, 1, 1], CsrBuilder.Extension(Oids.CrlReason, false, 10, 1, 1, 5, 0));

    [Fact]
    public void Something_behind_the_extensions_is_refused()
    {
        var good = TestCrl.Entry([2, 1, 1], TestCrl.Reason(1));
        byte[] longer = [0x30, (byte)(good[1] + 3), .. good.AsSpan(2), 0x0A, 1, 1];

        Assert.Throws<AsnContentException>(() => CrlEntry.Read(longer).Reason);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_extension_nobody_here_knows_is_passed_over_unless_critical(bool critical)
    {
        var unknown = CsrBuilder.Extension("1.2.3", critical, 5, 0);
        if (critical)
        {
            Refuses([2, 1, 1], unknown, TestCrl.Reason(1));
            return;
        }

        Assert.Equal(1, CrlEntry.Read(TestCrl.Entry([2, 1, 1], unknown, TestCrl.Reason(1))).Reason);
    }

    private static byte[] InvalidityDate() =>
        CsrBuilder.Extension(Oids.InvalidityDate, false, CsrBuilder.Element(0x18, "20260101000000Z"u8.ToArray()));

    private static void Refuses(byte[] serial, params byte[][] extensions) =>
        Assert.Throws<AsnContentException>(() => CrlEntry.Read(TestCrl.Entry(serial, extensions)).Reason);
}
