using System.Formats.Asn1;

namespace Pulse.Certs.Tests;

public class GeneralNameTests
{
    [Theory]
    [InlineData("8203612E62", "a.b", "")]
    [InlineData("8704C0000201", "", "C0000201")]
    [InlineData("A4023000", "", "3000")]
    [InlineData("8801", "", null)]
    [InlineData("88022A03", "", "88022A03")]
    [InlineData("8900", "", null)]
    [InlineData("0C0161", "", null)]
    public void A_name_is_text_or_bytes_after_its_form(string der, string text, string? value)
    {
        var reader = new AsnReader(Convert.FromHexString(der), AsnEncodingRules.DER);
        if (value is null)
        {
            Assert.Throws<AsnContentException>(() => GeneralName.Read(reader));
            return;
        }

        var name = GeneralName.Read(reader);
        Assert.Equal((text, value), (name.Text, Convert.ToHexString(name.Value.Span)));
    }
}
