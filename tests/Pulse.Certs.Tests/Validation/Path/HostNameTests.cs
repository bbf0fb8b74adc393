namespace Pulse.Certs.Tests;

/// <summary>Names of servers by RFC 9525, and what the validator's maker is told.</summary>
public class HostNameTests
{
    private static readonly TestCertificate Root = TestCertificate.Authority("Root");

    [Theory]
    [InlineData("broker.example.com", true)]
    [InlineData("BROKER.example.COM", true)]
    [InlineData("a.wild.example.com", true)]
    [InlineData("A.WILD.example.com", true)]
    [InlineData("wild.example.com", false)]
    [InlineData("a.b.wild.example.com", false)]
    [InlineData("*.wild.example.com", false)]
    [InlineData(".wild.example.com", false)]
    [InlineData("other.example.com", false)]
    [InlineData("common.example.com", false)]
    [InlineData("broker.example.com.", false)]
    [InlineData("", false)]
    [InlineData("192.0.2.1", true)]
    [InlineData("192.0.2.2", false)]
    [InlineData("2001:db8::1", true)]
    [InlineData("2001:DB8:0::1", true)]
    [InlineData("2001:db8::2", false)]
    public void A_host_is_one_of_the_alternative_names(string host, bool valid)
    {
        var leaf = TestCertificate.Leaf(
            "common.example.com",
            Root,
            TestCertificate.Dns("broker.example.com"),
            TestCertificate.Dns("*.wild.example.com"),
            TestCertificate.Address(192, 0, 2, 1),
            TestCertificate.Address(Convert.FromHexString("20010DB8000000000000000000000001")));

        new PathJudge(Root) { Host = host }.Expect(valid ? CertificateRefusal.None : CertificateRefusal.HostNameMismatch, leaf);
    }

    [Fact]
    public void A_mailbox_or_URI_is_no_host() => new PathJudge(Root) { Host = "example.com" }.Expect(
        CertificateRefusal.HostNameMismatch, TestCertificate.Leaf("leaf", Root, TestCertificate.Email("a@example.com"), TestCertificate.Uri("https://example.com/")));

    [Theory]
    [InlineData(nameof(CertificatePathOptions.MaxDepth), -1)]
    [InlineData(nameof(CertificatePathOptions.MaxDepth), 17)]
    [InlineData(nameof(CertificatePathOptions.MaxSignatureChecks), 0)]
    [InlineData(nameof(CertificatePathOptions.MaxSignatureChecks), 1025)]
    [InlineData(nameof(CertificatePathOptions.MaxCrlStaleness), -1)]
    [InlineData(nameof(CertificatePathOptions.MaxCrlStaleness), 31)]
    [InlineData(nameof(CertificatePathOptions.Purpose), 3)]
    [InlineData(nameof(CertificatePathOptions.Revocation), 3)]
    public void An_option_out_of_its_range_is_named(string option, int value)
    {
        var options = new CertificatePathOptions();
        var property = typeof(CertificatePathOptions).GetProperty(option)!;
        object boxed = property.PropertyType == typeof(TimeSpan) ? TimeSpan.FromDays(value) : value;
        property.SetValue(options, property.PropertyType.IsEnum ? Enum.ToObject(property.PropertyType, boxed) : boxed);

        var refused = Assert.Throws<ArgumentException>(() => new CertificatePathValidator([Root.Der], options, TimeProvider.System));

        Assert.Contains(option, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_defaults_are_the_strict_ones()
    {
        var options = new CertificatePathOptions();

        Assert.Equal(CertificatePathPurpose.Client, options.Purpose);
        Assert.Equal(RevocationChecking.Require, options.Revocation);
        Assert.Equal(TimeSpan.Zero, options.MaxCrlStaleness);
        Assert.Equal((8, 64), (options.MaxDepth, options.MaxSignatureChecks));
    }

    [Fact]
    public void Options_changed_later_count_for_nothing()
    {
        var options = new CertificatePathOptions { Revocation = RevocationChecking.Off };
        var validator = new CertificatePathValidator([Root.Der], options, new Microsoft.Extensions.Time.Testing.FakeTimeProvider(Harness.Start));
        options.Revocation = RevocationChecking.Require;
        options.RequireExplicitPolicy = true;
        options.Policies.Add("1.2.3");

        Assert.True(validator.Validate(new CertificatePathRequest { Certificate = TestCertificate.Leaf("leaf", Root).Der }).IsValid);
    }

    [Fact]
    public void Something_must_be_trusted() => Assert.Contains(
        "no trust anchor",
        Assert.Throws<ArgumentException>(() => new CertificatePathValidator([], new CertificatePathOptions(), TimeProvider.System)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void An_anchor_that_cannot_be_one_is_named_with_its_reason()
    {
        Expect("Malformed", [1, 2, 3]);
        Expect("BasicConstraintsInvalid", TestCertificate.Leaf("leaf", Root).Der);
        Expect("KeyIdentifierInvalid", TestCertificate.Authority("Root").Without(Oids.SubjectKeyIdentifier).Der);
        var other = TestCertificate.Authority("Root");
        other.Extensions[Oids.AuthorityKeyIdentifier] = LeafBuilder.AuthorityKey([1, 2, 3]);
        Expect("KeyIdentifierInvalid", other.Der);
        var weak = TestCertificate.Authority("Root");
        weak.PublicKey = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP521).ExportSubjectPublicKeyInfo();
        Expect("KeyNotAllowed", weak.Der);

        static void Expect(string reason, byte[] anchor)
        {
            var refused = Assert.Throws<ArgumentException>(
                () => new CertificatePathValidator([Root.Der, anchor], new CertificatePathOptions(), TimeProvider.System));
            Assert.Contains($"Trust anchor 1 cannot be one: {reason}", refused.Message, StringComparison.Ordinal);
        }
    }
}
