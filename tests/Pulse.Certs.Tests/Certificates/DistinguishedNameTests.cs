using System.Text;

namespace Pulse.Certs.Tests;

public class DistinguishedNameTests
{
    [Fact]
    public void Reads_the_parts_of_a_relative_name_in_one_order_whatever_their_case()
    {
        var name = Name(Attribute("2.5.4.10", 0x13, "Acme"), Attribute("2.5.4.3", 0x0C, "b  B "));

        Assert.Equal(["2.5.4.10=ACME\n2.5.4.3=B B"], DistinguishedName.Read(name));
    }

    [Fact]
    public void Compares_a_value_that_is_no_text_by_its_bytes() =>
        Assert.Equal(["2.5.4.45=#0402CAFE"], DistinguishedName.Read(Name(CsrBuilder.Element(0x30, CsrBuilder.Oid("2.5.4.45"), [4, 2, 0xCA, 0xFE]))));

    [Fact]
    public void Reads_an_address_that_is_no_text_as_one_that_no_constraint_permits() =>
        Assert.Equal([string.Empty], DistinguishedName.ReadEmailAddresses(Name(CsrBuilder.Element(0x30, CsrBuilder.Oid(Oids.EmailAddress), [4, 1, 0]))));

    [Theory]
    [InlineData(0x0C, "pump")]
    [InlineData(0x13, "pump")]
    [InlineData(0x16, null)]
    [InlineData(0x14, null)]
    public void Takes_a_common_name_of_the_two_text_types_in_use(byte tag, string? expected) =>
        Assert.Equal(expected, DistinguishedName.ReadCommonName(Name(Attribute(Oids.CommonName, tag, "pump"))));

    [Fact]
    public void Takes_no_common_name_where_there_are_two() => Assert.Null(
        DistinguishedName.ReadCommonName(Name(Attribute(Oids.CommonName, 0x0C, "a"), Attribute(Oids.CommonName, 0x0C, "b"))));

    private static byte[] Name(params byte[][] attributes) => CsrBuilder.Element(0x30, CsrBuilder.Element(0x31, attributes));

    private static byte[] Attribute(string oid, byte tag, string text) =>
        CsrBuilder.Element(0x30, CsrBuilder.Oid(oid), CsrBuilder.Element(tag, Encoding.ASCII.GetBytes(text)));
}
