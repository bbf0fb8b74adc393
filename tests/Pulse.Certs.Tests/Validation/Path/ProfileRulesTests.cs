using System.Text;

namespace Pulse.Certs.Tests;

/// <summary>What RFC 5280 §4 asks of any certificate of a path, and what makes one unreadable.</summary>
public class ProfileRulesTests
{
    private static readonly TestCertificate Root = TestCertificate.Authority("Root");
    private readonly PathJudge _judge = new(Root);

    [Theory]
    [InlineData(Oids.AuthorityKeyIdentifier)]
    [InlineData(Oids.SubjectKeyIdentifier)]
    [InlineData(Oids.AuthorityInformationAccess)]
    [InlineData(Oids.SubjectInformationAccess)]
    [InlineData(Oids.FreshestCrl)]
    public void What_must_not_be_critical_is_refused_when_it_is(string oid)
    {
        byte[] value = oid switch
        {
            Oids.AuthorityKeyIdentifier => CsrBuilder.Element(0x30, CsrBuilder.Element(0x80, Root.KeyId)),
            Oids.SubjectKeyIdentifier => [4, 1, 1],
            _ => CsrBuilder.Element(0x30, CsrBuilder.Element(0x30, CsrBuilder.Oid("1.3.6.1.5.5.7.48.2"), TestCertificate.Uri("http://x.test/"))),
        };

        _judge.Expect(CertificateRefusal.CriticalityInvalid, Leaf().With(oid, true, value));
        _judge.Expect(CertificateRefusal.None, Leaf().With(oid, false, value));
    }

    [Theory]
    [InlineData(Oids.NameConstraints, "300A A0083006 8204746573 74")]
    [InlineData(Oids.PolicyConstraints, "3003 810109")]
    [InlineData(Oids.InhibitAnyPolicy, "020109")]
    public void What_must_be_critical_is_refused_when_it_is_not(string oid, string hex)
    {
        var value = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        var bad = TestCertificate.Authority("Issuing", Root).With(oid, false, value);
        var good = TestCertificate.Authority("Issuing", Root).With(oid, true, value);

        _judge.Expect(CertificateRefusal.CriticalityInvalid, TestCertificate.Leaf("leaf", bad, TestCertificate.Dns("a.test")), bad);
        _judge.Expect(CertificateRefusal.None, TestCertificate.Leaf("leaf", good, TestCertificate.Dns("a.test")), good);
    }

    [Fact]
    public void An_unknown_critical_extension_is_refused_anywhere_in_the_path()
    {
        var issuing = TestCertificate.Authority("Issuing", Root).With("1.2.3.4", true, 5, 0);
        var root = TestCertificate.Authority("Root").With("1.2.3.4", true, 5, 0);

        _judge.Expect(CertificateRefusal.CriticalExtensionUnknown, Leaf().With("1.2.3.4", true, 5, 0));
        _judge.Expect(CertificateRefusal.None, Leaf().With("1.2.3.4", false, 5, 0));
        _judge.Expect(CertificateRefusal.CriticalExtensionUnknown, TestCertificate.Leaf("leaf", issuing), issuing);
        Assert.Throws<ArgumentException>(() => new PathJudge(root).Judge(Leaf()));
    }

    [Fact]
    public void A_leaf_names_the_key_of_its_issuer()
    {
        _judge.Expect(CertificateRefusal.KeyIdentifierInvalid, Leaf().Without(Oids.AuthorityKeyIdentifier));
        _judge.Expect(CertificateRefusal.KeyIdentifierInvalid, Leaf().With(Oids.AuthorityKeyIdentifier, false, 0x30, 0));
        _judge.Expect(CertificateRefusal.None, Leaf().Without(Oids.SubjectKeyIdentifier));
    }

    [Theory]
    [InlineData("3003810100")]
    [InlineData("3003820101")]
    [InlineData("30028100")]
    public void Half_an_issuer_in_the_key_identifier_is_malformed(string value) =>
        _judge.Expect(CertificateRefusal.Malformed, Leaf().With(Oids.AuthorityKeyIdentifier, false, Convert.FromHexString(value)));

    [Fact]
    public void Issuer_and_serial_number_may_stand_beside_the_key_identifier() => _judge.Expect(
        CertificateRefusal.None,
        Leaf().With(
            Oids.AuthorityKeyIdentifier,
            false,
            CsrBuilder.Element(
                0x30,
                CsrBuilder.Element(0x80, Root.KeyId),
                CsrBuilder.Element(0xA1, TestCertificate.Directory(Root.Subject)),
                CsrBuilder.Element(0x82, [1]))));

    [Fact]
    public void Only_an_issuer_constrains_names() => _judge.Expect(
        CertificateRefusal.NameConstraintsMisplaced, Leaf().Constrain([TestCertificate.Dns("example.com")], []));

    [Fact]
    public void An_empty_subject_needs_a_critical_alternative_name_and_is_no_issuers()
    {
        var names = CsrBuilder.Element(0x30, TestCertificate.Dns("a.test"));
        var leaf = Leaf().With(Oids.SubjectAlternativeName, false, names);
        leaf.Subject = [0x30, 0];
        _judge.Expect(CertificateRefusal.NameInvalid, leaf);

        leaf = Leaf().Without(Oids.SubjectAlternativeName);
        leaf.Subject = [0x30, 0];
        _judge.Expect(CertificateRefusal.NameInvalid, leaf);

        leaf = Leaf().With(Oids.SubjectAlternativeName, true, names);
        leaf.Subject = [0x30, 0];
        _judge.Expect(CertificateRefusal.None, leaf);

        var issuing = TestCertificate.Authority("x", Root).With(Oids.SubjectAlternativeName, true, names);
        issuing.Subject = [0x30, 0];
        _judge.Expect(CertificateRefusal.NameInvalid, issuing);
    }

    [Fact]
    public void An_empty_issuer_is_refused()
    {
        var leaf = Leaf();
        leaf.IssuerName = [0x30, 0];

        _judge.Expect(CertificateRefusal.NameInvalid, leaf);
    }

    [Theory]
    [InlineData(0x82, "foo_bar.example.com")]
    [InlineData(0x82, "example.com.")]
    [InlineData(0x82, "")]
    [InlineData(0x82, ".example.com")]
    [InlineData(0x82, "*")]
    [InlineData(0x82, "a*.example.com")]
    [InlineData(0x82, "a.*.example.com")]
    [InlineData(0x82, "*.*.example.com")]
    [InlineData(0x82, "exam\0ple.com")]
    [InlineData(0x82, "-a.example.com")]
    [InlineData(0x82, "a-.example.com")]
    [InlineData(0x82, "192.0.2.1")]
    [InlineData(0x81, "user")]
    [InlineData(0x81, "@example.com")]
    [InlineData(0x81, "a@b@example.com")]
    [InlineData(0x81, "\"a@b\"@example.com")]
    [InlineData(0x81, "a..b@example.com")]
    [InlineData(0x81, "user@")]
    [InlineData(0x86, "no-scheme")]
    [InlineData(0x86, ":x")]
    [InlineData(0x86, "1x:y")]
    [InlineData(0x86, "x_y:z")]
    [InlineData(0x86, "http://a b")]
    [InlineData(0x86, "http://a\\b")]
    [InlineData(0x87, "abc")]
    [InlineData(0x87, "\0\0\0\0\0\0\0\0\0\0\u00FF\u00FF\u00C0\0\u0002\u0001")]
    public void An_alternative_name_not_written_as_its_form_asks_is_refused(byte tag, string name) => _judge.Expect(
        CertificateRefusal.NameInvalid, Names(CsrBuilder.Element(tag, Encoding.Latin1.GetBytes(name))));

    [Theory]
    [InlineData(0x82, "x")]
    [InlineData(0x82, "*.example.com")]
    [InlineData(0x82, "a-b.3.example.com")]
    [InlineData(0x81, "a.b+c@example.com")]
    [InlineData(0x86, "urn:pulse:tenant:acme:device:pump-1")]
    [InlineData(0x86, "x-y.z+1:%20")]
    [InlineData(0x87, "abcd")]
    [InlineData(0x87, "abcdefghijklmnop")]
    [InlineData(0x88, "*")]
    public void An_alternative_name_of_its_form_is_taken(byte tag, string name) => _judge.Expect(
        CertificateRefusal.None, Names(CsrBuilder.Element(tag, Encoding.Latin1.GetBytes(name))));

    [Theory]
    [InlineData(63, true)]
    [InlineData(64, false)]
    public void A_label_has_at_most_63_characters(int length, bool valid) => _judge.Expect(
        valid ? CertificateRefusal.None : CertificateRefusal.NameInvalid, Names(TestCertificate.Dns(new string('a', length) + ".test")));

    [Theory]
    [InlineData(253, true)]
    [InlineData(254, false)]
    public void A_host_name_has_at_most_253_characters(int length, bool valid)
    {
        var name = new string('a', length - 252) + "." + string.Concat(Enumerable.Repeat("a.", 125)) + "a";
        Assert.Equal(length, name.Length);

        _judge.Expect(valid ? CertificateRefusal.None : CertificateRefusal.NameInvalid, Names(TestCertificate.Dns(name)));
    }

    [Theory]
    [InlineData(Oids.SubjectAlternativeName, "3000")]
    [InlineData(Oids.SubjectAlternativeName, "30028900")]
    [InlineData(Oids.SubjectAlternativeName, "30030401FF")]
    [InlineData(Oids.SubjectAlternativeName, "3003820180")]
    [InlineData(Oids.SubjectAlternativeName, "3002A400")]
    [InlineData(Oids.ExtendedKeyUsage, "3000")]
    [InlineData(Oids.AuthorityInformationAccess, "3000")]
    [InlineData(Oids.AuthorityInformationAccess, "30023000")]
    [InlineData(Oids.KeyUsage, "030100")]
    [InlineData(Oids.CrlDistributionPoints, "3000")]
    [InlineData(Oids.CrlDistributionPoints, "30023000")]
    [InlineData(Oids.CrlDistributionPoints, "3006300481020560")]
    [InlineData(Oids.CertificatePolicies, "3000")]
    [InlineData(Oids.CertificatePolicies, "300C300406022A03300406022A03")]
    [InlineData(Oids.CertificatePolicies, "3008300606022A033000")]
    [InlineData(Oids.PolicyConstraints, "3000")]
    [InlineData(Oids.PolicyConstraints, "30038001FF")]
    [InlineData(Oids.InhibitAnyPolicy, "0201FF")]
    [InlineData(Oids.PolicyMappings, "3000")]
    [InlineData(Oids.PolicyMappings, "300C300A06022A0306045 51D2000")]
    public void An_extension_that_is_not_what_it_must_be_is_malformed(string oid, string hex)
    {
        var value = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

        _judge.Expect(CertificateRefusal.Malformed, Leaf().With(oid, oid is Oids.PolicyConstraints or Oids.InhibitAnyPolicy, value));
    }

    [Theory]
    [InlineData("020100")]
    [InlineData("0201FF")]
    [InlineData("0215010000000000000000000000000000000000000000")]
    [InlineData("02020001")]
    public void A_serial_number_is_positive_minimal_and_of_at_most_20_octets(string serial)
    {
        var leaf = Leaf();
        leaf.Serial = Convert.FromHexString(serial);

        _judge.Expect(CertificateRefusal.Malformed, leaf);
    }

    [Fact]
    public void A_root_may_have_serial_number_zero()
    {
        var root = TestCertificate.Authority("Root");
        root.Serial = [2, 1, 0];

        new PathJudge(root).Expect(CertificateRefusal.None, TestCertificate.Leaf("leaf", root));
    }

    [Fact]
    public void A_repeated_extension_is_malformed()
    {
        var leaf = Leaf();
        leaf.Extensions["again"] = leaf.Extensions[Oids.KeyUsage];

        _judge.Expect(CertificateRefusal.Malformed, leaf);
    }

    private static TestCertificate Leaf() => TestCertificate.Leaf("leaf", Root);

    private static TestCertificate Names(params byte[][] names) => TestCertificate.Leaf("leaf", Root, names);
}
