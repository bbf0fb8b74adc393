namespace Pulse.Certs.Tests;

public class RequestFormTests
{
    private readonly Harness _harness = new();

    [Fact]
    public async Task Takes_a_plain_request() => await ExpectAsync(new CsrBuilder().Build(), IssueRefusal.None);

    [Fact]
    public async Task Refuses_a_trailing_byte() => await ExpectMalformedAsync([.. new CsrBuilder().Build(), 0]);

    [Fact]
    public async Task Refuses_nothing_at_all() => await ExpectMalformedAsync([]);

    [Fact]
    public async Task Refuses_every_truncation()
    {
        var csr = new CsrBuilder().Build();
        for (var length = 0; length < csr.Length; length++)
        {
            await ExpectMalformedAsync(csr[..length]);
        }
    }

    [Fact]
    public async Task Refuses_an_indefinite_length() =>
        await ExpectMalformedAsync([0x30, 0x80, .. new CsrBuilder().Build()[4..], 0, 0]);

    [Fact]
    public async Task Refuses_a_length_that_is_not_minimal()
    {
        var csr = new CsrBuilder().Build();
        Assert.Equal(0x81, csr[1]);
        await ExpectMalformedAsync([0x30, 0x82, 0, csr[2], .. csr[3..]]);
    }

    [Fact]
    public async Task Refuses_a_length_of_two_gigabytes() => await ExpectMalformedAsync([0x30, 0x84, 0x7F, 0xFF, 0xFF, 0xFF, 0x30, 0]);

    [Fact]
    public async Task Refuses_deep_nesting()
    {
        var csr = Enumerable.Range(0, 2000).Aggregate(Array.Empty<byte>(), (inner, _) => CsrBuilder.Element(0x30, inner));
        await ExpectMalformedAsync(csr);
    }

    [Fact]
    public async Task Refuses_PEM_text() =>
        await ExpectMalformedAsync([.. "-----BEGIN CERTIFICATE REQUEST-----\n"u8]);

    [Fact]
    public async Task Takes_16_KiB_and_refuses_one_byte_more()
    {
        await ExpectAsync(OfLength(16_384), IssueRefusal.None);
        await ExpectAsync(OfLength(16_385), IssueRefusal.RequestTooLarge);
    }

    [Fact]
    public async Task Refuses_a_large_request_before_it_is_parsed() =>
        await ExpectAsync(new byte[16_385], IssueRefusal.RequestTooLarge);

    [Theory]
    [InlineData("020101")]
    [InlineData("020102")]
    [InlineData("0201FF")]
    [InlineData("02050100000000")]
    public async Task Refuses_every_version_but_0(string version) => await ExpectAsync(
        new CsrBuilder { Version = Convert.FromHexString(version) }.Build(), IssueRefusal.VersionUnsupported);

    [Theory]
    [InlineData("02020000")]
    [InlineData("0200")]
    [InlineData("0A0100")]
    public async Task Refuses_a_version_that_is_no_minimal_integer(string version) =>
        await ExpectMalformedAsync(new CsrBuilder { Version = Convert.FromHexString(version) }.Build());

    [Fact]
    public async Task Refuses_missing_attributes() => await ExpectMalformedAsync(new CsrBuilder { Attributes = [] }.Build());

    [Fact]
    public async Task Refuses_an_attribute_without_a_value() =>
        await ExpectMalformedAsync(new CsrBuilder().WithAttributes(CsrBuilder.Attribute("1.2.840.113549.1.9.7")).Build());

    [Fact]
    public async Task Refuses_an_attribute_of_two_values() => await ExpectMalformedAsync(
        new CsrBuilder().WithAttributes(CsrBuilder.Attribute("1.2.840.113549.1.9.7", [0x0C, 1, 65], [0x0C, 1, 66])).Build());

    [Fact]
    public async Task Refuses_two_lists_of_extensions() => await ExpectMalformedAsync(
        new CsrBuilder().WithAttributes(CsrBuilder.ExtensionRequest(Harmless), CsrBuilder.ExtensionRequest(Harmless)).Build());

    [Fact]
    public async Task Refuses_a_second_list_of_extensions_under_the_Microsoft_name()
    {
        var microsoft = CsrBuilder.Attribute("1.3.6.1.4.1.311.2.1.14", CsrBuilder.Element(0x30, Harmless));
        await ExpectMalformedAsync(new CsrBuilder().WithAttributes(microsoft, CsrBuilder.ExtensionRequest(Harmless)).Build());
    }

    [Fact]
    public async Task Looks_into_the_list_of_extensions_under_the_Microsoft_name()
    {
        var authority = CsrBuilder.Extension("2.5.29.19", critical: true, 0x30, 3, 1, 1, 0xFF);
        var microsoft = CsrBuilder.Attribute("1.3.6.1.4.1.311.2.1.14", CsrBuilder.Element(0x30, authority));
        await ExpectAsync(new CsrBuilder().WithAttributes(microsoft).Build(), IssueRefusal.AuthorityRequested);
    }

    [Fact]
    public async Task Refuses_attributes_out_of_DER_order() => await ExpectMalformedAsync(new CsrBuilder().WithAttributes(
        CsrBuilder.Attribute("1.2.840.113549.1.9.14", CsrBuilder.Element(0x30, Harmless)),
        CsrBuilder.Attribute("1.2.840.113549.1.9.7", [0x0C, 1, 65])).Build());

    [Fact]
    public async Task Ignores_a_challenge_password() => await ExpectAsync(
        new CsrBuilder().WithAttributes(CsrBuilder.Attribute("1.2.840.113549.1.9.7", [0x0C, 1, 65])).Build(), IssueRefusal.None);

    [Fact]
    public async Task Refuses_an_empty_list_of_extensions() => await ExpectMalformedAsync(new CsrBuilder().WithExtensions().Build());

    [Fact]
    public async Task Refuses_an_extension_asked_for_twice() =>
        await ExpectMalformedAsync(new CsrBuilder().WithExtensions(Harmless, Harmless).Build());

    [Fact]
    public async Task Takes_32_extensions_and_refuses_33()
    {
        await ExpectAsync(new CsrBuilder().WithExtensions(Numbered(32)).Build(), IssueRefusal.None);
        await ExpectMalformedAsync(new CsrBuilder().WithExtensions(Numbered(33)).Build());
    }

    [Fact]
    public async Task Refuses_an_explicit_default_of_critical()
    {
        var explicitFalse = CsrBuilder.Element(0x30, CsrBuilder.Oid("2.5.29.15"), [1, 1, 0], CsrBuilder.Element(0x04, [3, 2, 7, 0x80]));
        await ExpectMalformedAsync(new CsrBuilder().WithExtensions(explicitFalse).Build());
    }

    [Fact]
    public async Task Refuses_a_boolean_that_is_not_DER()
    {
        var one = CsrBuilder.Element(0x30, CsrBuilder.Oid("2.5.29.15"), [1, 1, 1], CsrBuilder.Element(0x04, [3, 2, 7, 0x80]));
        await ExpectMalformedAsync(new CsrBuilder().WithExtensions(one).Build());
    }

    [Fact]
    public async Task Never_throws_for_a_flipped_byte_and_never_issues_one()
    {
        var csr = new CsrBuilder().WithExtensions(Harmless).Build();
        for (var index = 0; index < csr.Length; index++)
        {
            var damaged = (byte[])csr.Clone();
            damaged[index] ^= 0x55;
            Assert.NotEqual(IssueRefusal.None, await _harness.RefusalOfAsync(damaged));
        }
    }

    private static byte[] Harmless => CsrBuilder.Extension("2.5.29.17", critical: false, 0x30, 3, 0x82, 1, 97);

    private static byte[][] Numbered(int count) =>
        [.. Enumerable.Range(1, count).Select(number => CsrBuilder.Extension($"1.2.3.{number}", critical: false, 5, 0))];

    private static byte[] OfLength(int length)
    {
        // Of the two lengths of an ECDSA signature, either may be off by two: add what is missing and try again.
        while (true)
        {
            var builder = new CsrBuilder();
            var padding = length - builder.Build().Length - 40;
            for (var more = 0; more < 40; more++)
            {
                var csr = builder.WithExtensions(CsrBuilder.Extension("1.2.3.4", critical: false, new byte[padding - 20 + more])).Build();
                if (csr.Length == length)
                {
                    return csr;
                }
            }
        }
    }

    private Task ExpectMalformedAsync(byte[] csr) => ExpectAsync(csr, IssueRefusal.RequestMalformed);

    private async Task ExpectAsync(byte[] csr, IssueRefusal refusal)
    {
        var result = await _harness.Authority.IssueAsync(Harness.Device(), csr);

        Assert.Equal(refusal, result.Refusal);
    }
}
