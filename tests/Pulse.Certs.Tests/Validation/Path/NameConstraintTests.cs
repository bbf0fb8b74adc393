using System.Text;

namespace Pulse.Certs.Tests;

/// <summary>RFC 5280 §4.2.1.10, and the ways around it that others had to close.</summary>
public class NameConstraintTests
{
    /// <summary>Form, constraint, name, whether the name is permitted by it, whether it is excluded by it.</summary>
    [Theory]
    [InlineData('d', "example.com", "example.com", true, true)]
    [InlineData('d', "example.com", "EXAMPLE.com", true, true)]
    [InlineData('d', "example.com", "a.b.example.com", true, true)]
    [InlineData('d', "example.com", "badexample.com", false, false)]
    [InlineData('d', "example.com", "com", false, false)]
    [InlineData('d', "example.com", "example.org", false, false)]
    [InlineData('d', "example.com", "*.example.com", true, true)]
    [InlineData('d', "bar.example.com", "*.example.com", false, true)]
    [InlineData('d', "BAR.example.com", "*.EXAMPLE.com", false, true)]
    [InlineData('d', "a.bar.example.com", "*.example.com", false, false)]
    [InlineData('d', "other.com", "*.example.com", false, false)]
    [InlineData('d', "", "anything.test", true, true)]
    [InlineData('e', "example.com", "user@example.com", true, true)]
    [InlineData('e', "example.com", "user@EXAMPLE.com", true, true)]
    [InlineData('e', "example.com", "user@sub.example.com", false, false)]
    [InlineData('e', ".example.com", "user@sub.example.com", true, true)]
    [InlineData('e', ".example.com", "user@example.com", false, false)]
    [InlineData('e', "user@example.com", "user@Example.com", true, true)]
    [InlineData('e', "user@example.com", "User@example.com", false, false)]
    [InlineData('e', "user@example.com", "other@example.com", false, false)]
    [InlineData('e', "*@example.com", "user@example.com", false, false)]
    [InlineData('e', "*@example.com", "*@example.com", true, true)]
    [InlineData('u', "example.com", "https://example.com/path", true, true)]
    [InlineData('u', "example.com", "https://EXAMPLE.com:8443?x", true, true)]
    [InlineData('u', "example.com", "https://sub.example.com/", false, false)]
    [InlineData('u', ".example.com", "https://sub.example.com#x", true, true)]
    [InlineData('u', ".example.com", "https://example.com", false, false)]
    [InlineData('u', "example.com", "https://example.com@evil.test/", false, false)]
    [InlineData('u', "evil.test", "https://a@example.com@evil.test/", true, true)]
    [InlineData('u', "example.com", "urn:pulse:tenant:acme:device:pump-1", false, true)]
    [InlineData('u', "example.com", "https://192.0.2.1/", false, true)]
    [InlineData('u', "example.com", "https:///example.com", false, true)]
    [InlineData('u', "example.com", "x:y://example.com", false, true)]
    public void A_text_name_is_inside_or_outside(char form, string constraint, string name, bool permitted, bool excluded) =>
        Expect(Text(form, constraint), Text(form, name), permitted, excluded);

    [Theory]
    [InlineData("C0000200FFFFFF00", "C0000201", true)]
    [InlineData("C0000200FFFFFF00", "C00003FF", false)]
    [InlineData("C0000280FFFFFF80", "C000027F", false)]
    [InlineData("C0000280FFFFFF80", "C00002FF", true)]
    [InlineData("C0000201FFFFFFFF", "C0000201", true)]
    [InlineData("0000000000000000", "08080808", true)]
    [InlineData("0000000000000000", "20010DB8000000000000000000000001", false)]
    [InlineData("20010DB8000000000000000000000000FFFFFFFF000000000000000000000000", "20010DB8000000000000000000000001", true)]
    [InlineData("20010DB8000000000000000000000000FFFFFFFF000000000000000000000000", "20010DB9000000000000000000000001", false)]
    public void An_address_is_inside_or_outside(string network, string address, bool inside) => Expect(
        TestCertificate.Address(Convert.FromHexString(network)), TestCertificate.Address(Convert.FromHexString(address)), inside, inside);

    [Theory]
    [InlineData("foo", "foo", true)]
    [InlineData("foo", "FOO", true)]
    [InlineData("foo bar", "  Foo   BAR ", true)]
    [InlineData("foo", "foobar", false)]
    [InlineData("foo", "barfoo", false)]
    public void A_directory_name_is_compared_as_X_520_compares_it(string constraint, string name, bool inside)
    {
        foreach (byte tag in new byte[] { 0x0C, 0x13 })
        {
            Expect(TestCertificate.Directory(TestCertificate.Name(constraint)), TestCertificate.Directory(TestCertificate.Name(name, tag)), inside, inside, subject: [0x30, 0]);
        }
    }

    [Fact]
    public void A_directory_name_is_inside_when_it_begins_with_the_constraint()
    {
        var org = CsrBuilder.Rdn("2.5.4.10", 0x0C, [.. "Acme"u8]);
        var unit = CsrBuilder.Rdn(Oids.CommonName, 0x0C, [.. "x"u8]);
        var constraint = TestCertificate.Directory(CsrBuilder.Element(0x30, org));

        Expect(constraint, TestCertificate.Directory(CsrBuilder.Element(0x30, org, unit)), true, true, subject: [0x30, 0]);
        Expect(constraint, TestCertificate.Directory(CsrBuilder.Element(0x30, unit, org)), false, false, subject: [0x30, 0]);
        Expect(constraint, TestCertificate.Directory([0x30, 0]), false, false, subject: [0x30, 0]);
    }

    [Fact]
    public void The_subject_is_constrained_as_a_directory_name()
    {
        var dns = TestCertificate.Dns("x.test");

        Expect(TestCertificate.Directory(TestCertificate.Name("good")), dns, true, true, subject: TestCertificate.Name("good"));
        Expect(TestCertificate.Directory(TestCertificate.Name("good")), dns, false, false, subject: TestCertificate.Name("bad"));
    }

    [Fact]
    public void An_e_mail_address_in_the_subject_is_constrained()
    {
        var subject = CsrBuilder.Element(0x30, CsrBuilder.Rdn(Oids.EmailAddress, 0x16, [.. "a@example.com"u8]));
        var broken = CsrBuilder.Element(0x30, CsrBuilder.Rdn(Oids.EmailAddress, 0x16, [.. "a@b@example.com"u8]));

        Expect(Text('e', "example.com"), TestCertificate.Dns("x.test"), true, true, subject);
        Expect(Text('e', "example.org"), TestCertificate.Dns("x.test"), false, false, subject);
        Expect(Text('e', "example.com"), TestCertificate.Dns("x.test"), false, true, broken);
    }

    [Fact]
    public void A_constraint_of_one_form_says_nothing_of_another() => Expect(
        TestCertificate.Address(192, 0, 2, 0, 255, 255, 255, 0), TestCertificate.Dns("x.test"), permitted: true, excluded: false);

    [Fact]
    public void A_form_nobody_can_judge_is_refused_when_such_a_name_is_there()
    {
        var other = CsrBuilder.Element(0xA0, CsrBuilder.Oid("1.2.3.4"), CsrBuilder.Element(0xA0, [0x0C, 1, 0x78]));

        Expect(other, other, permitted: false, excluded: true);
        Expect(other, TestCertificate.Dns("x.test"), permitted: true, excluded: false);
    }

    [Theory]
    [InlineData('d', "*.example.com")]
    [InlineData('d', ".example.com")]
    [InlineData('d', "example.com.")]
    [InlineData('d', "exa mple.com")]
    [InlineData('e', "a@b@example.com")]
    [InlineData('e', "@example.com")]
    [InlineData('e', "")]
    [InlineData('u', "https://example.com")]
    [InlineData('u', "")]
    public void A_constraint_not_written_as_its_form_asks_makes_the_issuer_unusable(char form, string constraint) => ExpectUnusable(Text(form, constraint));

    [Theory]
    [InlineData("C0000200FF00FF00")]
    [InlineData("C000020000FFFFFF")]
    [InlineData("C0000200")]
    [InlineData("C0000200FFFFFF0000")]
    [InlineData("20010DB8000000000000000000000000FFFFFFFF0000000000000000000000")]
    public void A_network_without_a_mask_of_leading_ones_makes_the_issuer_unusable(string network) =>
        ExpectUnusable(TestCertificate.Address(Convert.FromHexString(network)));

    [Fact]
    public void Permitted_subtrees_of_several_issuers_all_hold()
    {
        var root = TestCertificate.Authority("Root").Constrain([TestCertificate.Dns("example.com")], []);
        var narrow = TestCertificate.Authority("Narrow", root).Constrain([TestCertificate.Dns("a.example.com")], []);
        var wide = TestCertificate.Authority("Wide", root).Constrain([TestCertificate.Dns("test")], []);
        var judge = new PathJudge(root);

        judge.Expect(CertificateRefusal.None, TestCertificate.Leaf("leaf", narrow, TestCertificate.Dns("x.a.example.com")), narrow);
        judge.Expect(CertificateRefusal.NameConstraintViolated, TestCertificate.Leaf("leaf", narrow, TestCertificate.Dns("b.example.com")), narrow);
        judge.Expect(CertificateRefusal.NameConstraintViolated, TestCertificate.Leaf("leaf", wide, TestCertificate.Dns("x.test")), wide);
    }

    [Fact]
    public void Excluded_wins_over_permitted()
    {
        var root = TestCertificate.Authority("Root").Constrain([TestCertificate.Dns("example.com")], [TestCertificate.Dns("a.example.com")]);
        var judge = new PathJudge(root);

        judge.Expect(CertificateRefusal.None, TestCertificate.Leaf("leaf", root, TestCertificate.Dns("b.example.com")));
        judge.Expect(CertificateRefusal.NameConstraintViolated, TestCertificate.Leaf("leaf", root, TestCertificate.Dns("b.example.com"), TestCertificate.Dns("a.example.com")));
    }

    [Fact]
    public void Self_issued_issuers_are_not_constrained_but_a_self_issued_leaf_is()
    {
        var root = TestCertificate.Authority("Root").Constrain([TestCertificate.Dns("example.com")], []);
        byte[] names = CsrBuilder.Element(0x30, TestCertificate.Dns("other.test"));
        var renewed = TestCertificate.Authority("Root", root).With(Oids.SubjectAlternativeName, false, names);
        var judge = new PathJudge(root);

        judge.Expect(CertificateRefusal.None, TestCertificate.Leaf("leaf", renewed, TestCertificate.Dns("example.com")), renewed);
        judge.Expect(CertificateRefusal.NameConstraintViolated, TestCertificate.Leaf("Root", renewed, TestCertificate.Dns("other.test")), renewed);
    }

    [Fact]
    public void A_product_of_many_names_and_many_constraints_ends()
    {
        var excluded = Enumerable.Range(0, 700).Select(i => TestCertificate.Dns($"x{i}.test")).ToArray();
        var names = Enumerable.Range(0, 700).Select(i => TestCertificate.Dns($"y{i}.test")).ToArray();
        var root = TestCertificate.Authority("Root").Constrain([], excluded);

        new PathJudge(root).Expect(CertificateRefusal.LimitExceeded, TestCertificate.Leaf("leaf", root, names));
        new PathJudge(root).Expect(CertificateRefusal.None, TestCertificate.Leaf("leaf", root, names[..300]));
    }

    [Theory]
    [InlineData("3000")]
    [InlineData("3004A000A100")]
    [InlineData("30040500" + "0500")]
    [InlineData("300CA00A3008820161800100")]
    [InlineData("300FA00D300B82016180010081 0101")]
    public void Constraints_that_constrain_nothing_or_say_more_are_malformed(string value)
    {
        var issuing = TestCertificate.Authority("Issuing", Root).With(Oids.NameConstraints, true, Convert.FromHexString(value.Replace(" ", "", StringComparison.Ordinal)));

        new PathJudge(Root).Expect(CertificateRefusal.IssuerUnknown, TestCertificate.Leaf("leaf", issuing), issuing);
    }

    private static readonly TestCertificate Root = TestCertificate.Authority("Root");

    private static byte[] Text(char form, string text) => CsrBuilder.Element(
        form switch { 'd' => 0x82, 'e' => 0x81, _ => 0x86 }, Encoding.Latin1.GetBytes(text));

    private static void Expect(byte[] constraint, byte[] name, bool permitted, bool excluded, byte[]? subject = null)
    {
        Judge([constraint], [], permitted);
        Judge([], [constraint], !excluded);

        void Judge(byte[][] permits, byte[][] excludes, bool valid)
        {
            var issuing = TestCertificate.Authority("Issuing", Root).Constrain(permits, excludes);
            var leaf = TestCertificate.Leaf("leaf", issuing).With(Oids.SubjectAlternativeName, true, CsrBuilder.Element(0x30, name));
            leaf.Subject = subject ?? [0x30, 0];
            new PathJudge(Root).Expect(valid ? CertificateRefusal.None : CertificateRefusal.NameConstraintViolated, leaf, issuing);
        }
    }

    private static void ExpectUnusable(byte[] constraint)
    {
        var issuing = TestCertificate.Authority("Issuing", Root).Constrain([], [constraint]);
        new PathJudge(Root).Expect(CertificateRefusal.IssuerUnknown, TestCertificate.Leaf("leaf", issuing), issuing);
        Assert.Throws<ArgumentException>(() => new PathJudge(TestCertificate.Authority("Root").Constrain([constraint], [])).Judge(issuing));
    }
}
