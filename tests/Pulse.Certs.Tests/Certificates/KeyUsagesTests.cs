using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace Pulse.Certs.Tests;

public class KeyUsagesTests
{
    [Theory]
    [InlineData("03020780", X509KeyUsageFlags.DigitalSignature)]
    [InlineData("03020106", X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign)]
    [InlineData("0303070880", X509KeyUsageFlags.KeyAgreement | X509KeyUsageFlags.DecipherOnly)]
    public void Reads_the_bits_of_both_octets(string der, X509KeyUsageFlags expected) =>
        Assert.Equal(expected, KeyUsages.Read(Convert.FromHexString(der)));

    [Theory]
    [InlineData("030100")]
    [InlineData("030400010101")]
    [InlineData("0302078003020780")]
    public void Refuses_none_more_than_nine_and_a_second_value(string der) =>
        Assert.Throws<AsnContentException>(() => KeyUsages.Read(Convert.FromHexString(der)));
}
