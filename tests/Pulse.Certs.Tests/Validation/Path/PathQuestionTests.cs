namespace Pulse.Certs.Tests;

/// <summary>What is asked of the leaf alone, and which answer comes first.</summary>
public class PathQuestionTests
{
    private const string Policy = "1.2.3.1";

    private static readonly TestCertificate Root = TestCertificate.Authority("Root");
    private static readonly byte[] First = TestCertificate.Uri("http://crl.test/1");
    private static readonly byte[] Second = TestCertificate.Uri("http://crl.test/2");
    private static readonly byte[] Complete = TestCertificate.Uri("http://crl.test/complete");

    private readonly PathJudge _judge = new(Root);

    [Fact]
    public void What_is_wrong_with_the_path_is_told_before_the_host_name_and_the_lists()
    {
        var leaf = TestCertificate.Leaf("leaf", Root);
        leaf.NotAfter = Harness.Start.AddHours(-1);
        _judge.Host = "other.example.com";
        _judge.Options.Revocation = RevocationChecking.Require;

        _judge.Expect(CertificateRefusal.Expired, leaf);
    }

    [Fact]
    public void The_policies_are_told_whether_or_not_lists_were_asked()
    {
        var leaf = TestCertificate.Leaf("leaf", Root).With(
            Oids.CertificatePolicies, false, CsrBuilder.Element(0x30, CsrBuilder.Element(0x30, CsrBuilder.Oid(Policy))));
        Assert.Equal([Policy], _judge.Judge(leaf).Policies);

        _judge.Options.Revocation = RevocationChecking.Require;
        _judge.Lists.Add(new TestCrl(Root));
        Assert.Equal([Policy], _judge.Judge(leaf).Policies);
    }

    [Fact]
    public void The_host_name_is_asked_of_the_leaf_and_not_of_who_signs_its_list()
    {
        var signer = Signer("Signer", Point(Complete));
        _judge.Options.Revocation = RevocationChecking.Require;
        _judge.Lists.AddRange([Indirect(signer, First), new TestCrl(Root).Scope(PointName(Complete))]);
        _judge.Host = "device.example.com";

        _judge.Expect(CertificateRefusal.None, LeafUnder(signer), signer);
    }

    [Fact]
    public void A_signer_of_lists_is_vouched_for_by_its_own_issuers_list_and_not_by_another_signer()
    {
        var second = Signer("Second", Point(Complete));
        var first = Signer("First", CsrBuilder.Element(0x30, PointName(Second), CrlIssuer(second)));
        var vouched = Signer("First", Point(Complete));
        _judge.Options.Revocation = RevocationChecking.Require;

        Ask(CertificateRefusal.RevocationUnknown, first);
        Ask(CertificateRefusal.None, vouched);

        void Ask(CertificateRefusal expected, TestCertificate signer)
        {
            _judge.Lists.Clear();
            _judge.Lists.AddRange([Indirect(signer, First), Indirect(second, Second), new TestCrl(Root).Scope(PointName(Complete))]);
            _judge.Expect(expected, LeafUnder(signer), signer, second);
        }
    }

    [Fact]
    public void A_list_that_names_another_key_is_not_the_issuers_whoever_signed_it()
    {
        _judge.Options.Revocation = RevocationChecking.Require;
        _judge.Lists.Add(new TestCrl(Root).With(Oids.AuthorityKeyIdentifier, false, CsrBuilder.Element(0x30, CsrBuilder.Element(0x80, [1, 2, 3]))));

        _judge.Expect(CertificateRefusal.RevocationUnknown, TestCertificate.Leaf("leaf", Root));
    }

    private static TestCertificate Signer(string name, byte[] point) => new TestCertificate(name, Root)
        .With(Oids.KeyUsage, true, 3, 2, 1, 2)
        .With(Oids.CrlDistributionPoints, false, CsrBuilder.Element(0x30, point));

    private static TestCertificate LeafUnder(TestCertificate signer) => TestCertificate.Leaf("leaf", Root).With(
        Oids.CrlDistributionPoints, false, CsrBuilder.Element(0x30, CsrBuilder.Element(0x30, PointName(First), CrlIssuer(signer))));

    private static TestCrl Indirect(TestCertificate signer, byte[] name) => new TestCrl(signer).Scope(PointName(name), [0x84, 1, 0xFF]);

    private static byte[] CrlIssuer(TestCertificate signer) => CsrBuilder.Element(0xA2, TestCertificate.Directory(signer.Subject));

    private static byte[] PointName(byte[] name) => CsrBuilder.Element(0xA0, CsrBuilder.Element(0xA0, name));

    private static byte[] Point(byte[] name) => CsrBuilder.Element(0x30, PointName(name));
}
