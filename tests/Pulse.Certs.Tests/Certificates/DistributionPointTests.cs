using System.Formats.Asn1;
using System.Text;

namespace Pulse.Certs.Tests;

public class DistributionPointTests
{
    private static readonly byte[] Name = CsrBuilder.Element(0xA0, CsrBuilder.Element(0xA0, TestCertificate.Uri("http://x/")));
    private static readonly byte[] Issuer = CsrBuilder.Element(0xA2, TestCertificate.Directory(TestCertificate.Name("Other")));

    [Fact]
    public void Is_called_by_its_name_where_it_has_one_and_else_by_its_issuer()
    {
        Assert.Equal("http://x/", Assert.Single(Read(Name, Issuer).AllNames).Text);
        Assert.Equal(GeneralNameForm.Directory, Assert.Single(Read(Issuer).AllNames).Form);
        Assert.False(Read(Issuer).HasName);
    }

    [Fact]
    public void Is_called_nothing_where_its_name_is_relative_to_an_issuer()
    {
        var relative = CsrBuilder.Element(0xA0, CsrBuilder.Element(0xA1, CsrBuilder.Element(0x30, CsrBuilder.Oid("2.5.4.3"), CsrBuilder.Element(0x0C, Encoding.ASCII.GetBytes("x")))));

        Assert.Empty(Read(relative, Issuer).AllNames);
    }

    [Theory]
    [InlineData("81020780", (int)RevocationReasons.None)]
    [InlineData("81020640", (int)RevocationReasons.KeyCompromise)]
    [InlineData("81020560", (int)(RevocationReasons.KeyCompromise | RevocationReasons.CaCompromise))]
    [InlineData("8103070180", (int)(RevocationReasons.PrivilegeWithdrawn | RevocationReasons.AaCompromise))]
    [InlineData("8103070080", (int)RevocationReasons.AaCompromise)]
    public void Reads_the_reasons_bit_by_bit(string reasons, int expected) =>
        Assert.Equal((RevocationReasons)expected, Read(Name, Convert.FromHexString(reasons)).Reasons);

    [Theory]
    [InlineData("8103060040")]
    [InlineData("810400000001")]
    public void Refuses_reasons_there_are_not(string reasons) =>
        Assert.Throws<AsnContentException>(() => Read(Name, Convert.FromHexString(reasons)));

    [Fact]
    public void Refuses_a_point_that_says_nothing() => Assert.Throws<AsnContentException>(() => Read());

    private static DistributionPoint Read(params byte[][] members) =>
        Assert.Single(DistributionPoint.ReadAll(CsrBuilder.Element(0x30, CsrBuilder.Element(0x30, members))));
}
