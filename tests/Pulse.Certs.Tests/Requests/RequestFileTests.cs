using System.Security.Cryptography;
using System.Text;

namespace Pulse.Certs.Tests;

public class RequestFileTests
{
    private static readonly byte[] Csr = new CsrBuilder().Build();

    [Theory]
    [InlineData("CERTIFICATE REQUEST")]
    [InlineData("NEW CERTIFICATE REQUEST")]
    public void Takes_one_block_of_either_label_with_either_line_end_and_text_around_it(string label)
    {
        var pem = PemEncoding.WriteString(label, Csr);

        foreach (var text in new[] { pem, pem.Replace("\n", "\r\n", StringComparison.Ordinal), "made by hand\n" + pem + "\nthe end\n" })
        {
            Assert.True(CertificateRequests.TryDecode(Encoding.ASCII.GetBytes(text), out var der));
            Assert.Equal(Csr, der);
        }
    }

    [Fact]
    public void Takes_DER_as_it_is()
    {
        Assert.True(CertificateRequests.TryDecode(Csr, out var der));
        Assert.Equal(Csr, der);
    }

    [Fact]
    public void Takes_no_second_block_no_other_label_and_no_byte_order_mark()
    {
        var pem = PemEncoding.WriteString("CERTIFICATE REQUEST", Csr);

        foreach (var text in new[]
        {
            string.Empty, "nothing", pem + "\n" + pem, PemEncoding.WriteString("CERTIFICATE", Csr), pem[..^4],
            "\u00ef\u00bb\u00bf" + pem, pem + "\n" + PemEncoding.WriteString("PRIVATE KEY", Csr),
        })
        {
            Assert.False(CertificateRequests.TryDecode(Encoding.Latin1.GetBytes(text), out var der));
            Assert.Empty(der);
        }
    }

    [Fact]
    public void Judges_as_the_authority_does_up_to_the_given_size()
    {
        Assert.Equal(IssueRefusal.None, CertificateRequests.Inspect(Csr));
        Assert.Equal(IssueRefusal.None, CertificateRequests.Inspect(Csr, Csr.Length));
        Assert.Equal(IssueRefusal.RequestTooLarge, CertificateRequests.Inspect(Csr, Csr.Length - 1));
        Assert.Equal(IssueRefusal.RequestTooLarge, CertificateRequests.Inspect(new byte[16_385]));
        Assert.Equal(IssueRefusal.RequestMalformed, CertificateRequests.Inspect(new byte[16_384]));
    }
}
