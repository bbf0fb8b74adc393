using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Pulse.Certs.Tests;

public class RequestedNamesAndExtensionsTests
{
    private readonly Harness _harness = new();

    public static TheoryData<byte, string> Names => new()
    {
        { 0x0C, string.Empty }, { 0x0C, "admin" }, { 0x0C, new string('x', 65) }, { 0x0C, " lead" }, { 0x0C, "a/b" }, { 0x0C, "+" },
        { 0x0C, "#" }, { 0x0C, "$SYS" }, { 0x0C, "*" }, { 0x0C, "%c" }, { 0x0C, "acme:pump-1\0evil" }, { 0x0C, "a\r\nb" },
        { 0x0C, "\u202Eedoc" }, { 0x0C, "\u200B" }, { 0x0C, "e\u0301" }, { 0x0C, "other:pump-9" }, { 0x13, "a@b*" }, { 0x1E, "\0a" },
        { 0x14, "t61" }, { 0x1C, "\0\0\0a" }, { 0x16, "ia5" },
    };

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Takes_no_name_from_the_request(byte textTag, string text)
    {
        byte[] subject = CsrBuilder.Element(0x30, CsrBuilder.Rdn("2.5.4.3", textTag, Encoding.UTF8.GetBytes(text)));

        var result = await _harness.Authority.IssueAsync(Harness.Device(), new CsrBuilder { Subject = subject }.Build());

        // A text that breaks its own type may be refused; a name that is issued is always ours.
        if (result.Succeeded)
        {
            AssertOurs(result.Certificate!);
        }
        else
        {
            Assert.Equal(IssueRefusal.RequestMalformed, result.Refusal);
            Assert.Equal(0x13, textTag);
        }
    }

    [Fact]
    public async Task Refuses_a_subject_of_invalid_UTF8()
    {
        byte[] subject = CsrBuilder.Element(0x30, CsrBuilder.Rdn("2.5.4.3", 0x0C, 0xC3, 0x28));

        Assert.Equal(IssueRefusal.RequestMalformed, await _harness.RefusalOfAsync(new CsrBuilder { Subject = subject }.Build()));
    }

    [Fact]
    public async Task Takes_no_name_from_two_common_names_a_multi_valued_one_or_a_thousand()
    {
        var name = CsrBuilder.Rdn("2.5.4.3", 0x0C, 65);
        var pair = CsrBuilder.Element(0x31, name[2..], CsrBuilder.Element(0x30, CsrBuilder.Oid("2.5.4.10"), [0x0C, 1, 66]));
        byte[][] subjects =
        [
            CsrBuilder.Element(0x30, name, name),
            CsrBuilder.Element(0x30, pair),
            CsrBuilder.Element(0x30, [.. Enumerable.Repeat(name, 1000)]),
        ];

        foreach (var subject in subjects)
        {
            var harness = new Harness();
            AssertOurs(await harness.IssueAsync(Harness.Device(), new CsrBuilder { Subject = subject }.Build()));
        }
    }

    [Theory]
    [InlineData("30118201618701018604687474703A8801018101")]
    [InlineData("301B8619")]
    public async Task Takes_no_alternative_name_from_the_request(string names)
    {
        byte[] value = [.. Convert.FromHexString(names), .. Encoding.ASCII.GetBytes("urn:pulse:tenant:t:device")];
        var csr = new CsrBuilder().WithExtensions(CsrBuilder.Extension("2.5.29.17", critical: true, value)).Build();

        AssertOurs(await _harness.IssueAsync(Harness.Device(), csr));
    }

    [Theory]
    [InlineData("2.5.29.19", "30030101FF")] // CA:TRUE
    [InlineData("2.5.29.19", "30060101FF020100")] // CA:TRUE, path length 0
    [InlineData("2.5.29.19", "3003020100")] // a path length alone
    [InlineData("2.5.29.15", "03020204")] // keyCertSign
    [InlineData("2.5.29.15", "03020102")] // cRLSign
    [InlineData("2.5.29.30", "3000")] // name constraints
    public async Task Refuses_who_asks_to_be_an_authority(string oid, string value)
    {
        foreach (var critical in new[] { true, false })
        {
            var csr = new CsrBuilder().WithExtensions(CsrBuilder.Extension(oid, critical, Convert.FromHexString(value))).Build();
            Assert.Equal(IssueRefusal.AuthorityRequested, await _harness.RefusalOfAsync(csr));
        }
    }

    [Theory]
    [InlineData("2.5.29.19", "30030101")]
    [InlineData("2.5.29.19", "3003010100")]
    [InlineData("2.5.29.15", "0500")]
    [InlineData("2.5.29.15", "0304000000FF")]
    public async Task Refuses_an_extension_it_must_read_and_cannot(string oid, string value)
    {
        var csr = new CsrBuilder().WithExtensions(CsrBuilder.Extension(oid, critical: false, Convert.FromHexString(value))).Build();

        Assert.Equal(IssueRefusal.RequestMalformed, await _harness.RefusalOfAsync(csr));
    }

    [Theory]
    [InlineData("2.5.29.19", "3000")] // CA:FALSE
    [InlineData("2.5.29.15", "03020780")] // digitalSignature
    [InlineData("2.5.29.37", "300606042A030405")]
    [InlineData("2.5.29.37", "300606045500250000")] // anyExtendedKeyUsage, and rubbish: not read
    [InlineData("2.5.29.14", "0400")]
    [InlineData("2.5.29.35", "3000")]
    [InlineData("2.5.29.31", "3000")]
    [InlineData("1.3.6.1.5.5.7.1.1", "3000")]
    public async Task Ignores_what_the_template_decides(string oid, string value)
    {
        var csr = new CsrBuilder().WithExtensions(CsrBuilder.Extension(oid, critical: true, Convert.FromHexString(value))).Build();

        AssertOurs(await _harness.IssueAsync(Harness.Device(), csr));
    }

    [Fact]
    public async Task Refuses_an_unknown_extension_when_it_is_critical_and_ignores_it_otherwise()
    {
        var critical = new CsrBuilder().WithExtensions(CsrBuilder.Extension("1.2.3.4", critical: true, 5, 0)).Build();
        var casual = new CsrBuilder().WithExtensions(CsrBuilder.Extension("1.2.3.4", critical: false, 5, 0)).Build();

        Assert.Equal(IssueRefusal.CriticalExtensionUnknown, await _harness.RefusalOfAsync(critical));
        AssertOurs(await _harness.IssueAsync(Harness.Device(), casual));
    }

    private static void AssertOurs(IssuedCertificate certificate)
    {
        using var parsed = X509CertificateLoader.LoadCertificate(certificate.Der.Span);
        Assert.Equal("CN=acme:pump-1", parsed.Subject);
        Assert.Equal(6, parsed.Extensions.Count);
        Assert.Equal(
            CsrBuilder.Element(0x30, CsrBuilder.Element(0x86, "urn:pulse:tenant:acme:device:pump-1"u8.ToArray())),
            parsed.Extensions["2.5.29.17"]!.RawData);
    }
}
