namespace Pulse.Certs.Tests;

/// <summary>RFC 5280 §6.3: which CRL speaks for which certificate, and what follows.</summary>
public class CrlStatusRulesTests
{
    private static readonly TestCertificate Root = TestCertificate.Authority("Root");
    private static readonly TestCertificate Issuing = TestCertificate.Authority("Issuing", Root);
    private static readonly TestCertificate Leaf = TestCertificate.Leaf("leaf", Root);
    private static readonly byte[] Uri = TestCertificate.Uri("http://crl.test/1");
    private static readonly byte[] OtherUri = TestCertificate.Uri("http://crl.test/2");

    private readonly PathJudge _judge = new(Root);

    public CrlStatusRulesTests() => _judge.Options.Revocation = RevocationChecking.Require;

    [Fact]
    public void Without_a_CRL_it_is_unknown_where_one_is_required() => Expect(CertificateRefusal.RevocationUnknown, Leaf);

    [Fact]
    public void A_certificate_that_is_not_listed_is_good() => Expect(CertificateRefusal.None, Leaf, new TestCrl(Root).Revoke(Issuing));

    [Fact]
    public void A_certificate_that_is_listed_is_revoked() => Expect(CertificateRefusal.Revoked, Leaf, new TestCrl(Root).Revoke(Leaf));

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    public void A_certificate_is_revoked_for_any_reason(byte reason) => Expect(CertificateRefusal.Revoked, Leaf, new TestCrl(Root).Revoke(Leaf, TestCrl.Reason(reason)));

    [Fact]
    public void Off_looks_at_nothing()
    {
        _judge.Options.Revocation = RevocationChecking.Off;
        Expect(CertificateRefusal.None, Leaf, new TestCrl(Root).Revoke(Leaf));
    }

    [Fact]
    public void If_present_passes_only_who_has_no_CRL()
    {
        _judge.Options.Revocation = RevocationChecking.IfPresent;

        Expect(CertificateRefusal.None, Leaf);
        Expect(CertificateRefusal.None, Leaf, new TestCrl(Issuing).Revoke(Leaf));
        Expect(CertificateRefusal.Revoked, Leaf, new TestCrl(Root).Revoke(Leaf));
        Expect(CertificateRefusal.RevocationUnknown, Leaf, new TestCrl(Root) { ChangeSignature = Flip });
    }

    [Fact]
    public void Every_certificate_below_the_anchor_is_looked_up()
    {
        var leaf = TestCertificate.Leaf("leaf", Issuing);

        ExpectAt(CertificateRefusal.RevocationUnknown, 1, leaf, new TestCrl(Issuing));
        ExpectAt(CertificateRefusal.RevocationUnknown, 0, leaf, new TestCrl(Root));
        ExpectAt(CertificateRefusal.Revoked, 1, leaf, new TestCrl(Issuing), new TestCrl(Root).Revoke(Issuing));
        ExpectAt(CertificateRefusal.None, 0, leaf, new TestCrl(Issuing), new TestCrl(Root));
    }

    [Fact]
    public void A_serial_number_on_another_issuers_list_means_another_certificate() =>
        Expect(CertificateRefusal.None, Leaf, new TestCrl(TestCertificate.Authority("Other")).Revoke(Leaf), new TestCrl(Root));

    [Fact]
    public void A_list_with_a_false_signature_says_nothing()
    {
        Expect(CertificateRefusal.RevocationUnknown, Leaf, new TestCrl(Root) { ChangeSignature = Flip });
        Expect(CertificateRefusal.None, Leaf, new TestCrl(Root) { ChangeSignature = Flip }.Revoke(Leaf), new TestCrl(Root));
    }

    [Fact]
    public void A_list_of_the_right_name_under_another_key_says_nothing()
    {
        var impostor = TestCertificate.Authority("Root");
        var claiming = new TestCrl(impostor).With(Oids.AuthorityKeyIdentifier, false, CsrBuilder.Element(0x30, CsrBuilder.Element(0x80, Root.KeyId)));

        Expect(CertificateRefusal.RevocationUnknown, Leaf, new TestCrl(impostor));
        Expect(CertificateRefusal.RevocationUnknown, Leaf, claiming);
    }

    [Fact]
    public void An_issuer_whose_key_usage_lacks_cRLSign_signs_no_list()
    {
        var root = TestCertificate.Authority("Root").With(Oids.KeyUsage, true, 3, 2, 2, 4);
        var free = TestCertificate.Authority("Root").Without(Oids.KeyUsage);

        Assert.Equal(CertificateRefusal.RevocationUnknown, Judge(root));
        Assert.Equal(CertificateRefusal.None, Judge(free));

        static CertificateRefusal Judge(TestCertificate root)
        {
            var judge = new PathJudge(root);
            judge.Options.Revocation = RevocationChecking.Require;
            judge.Lists.Add(new TestCrl(root));
            return judge.Judge(TestCertificate.Leaf("leaf", root)).Refusal;
        }
    }

    [Theory]
    [InlineData(-1, 1, CertificateRefusal.RevocationListStale)]
    [InlineData(0, 1, CertificateRefusal.None)]
    [InlineData(3600, 1, CertificateRefusal.None)]
    [InlineData(3601, 1, CertificateRefusal.RevocationListStale)]
    [InlineData(3660, 60, CertificateRefusal.None)]
    [InlineData(3661, 60, CertificateRefusal.RevocationListStale)]
    [InlineData(-1, 60, CertificateRefusal.RevocationListStale)]
    public void A_list_counts_from_this_update_to_the_next(int second, int tolerated, CertificateRefusal expected)
    {
        _judge.Now = DerTime.Truncate(Harness.Start).AddSeconds(second);
        _judge.Options.MaxCrlStaleness = TimeSpan.FromSeconds(tolerated == 1 ? 0 : tolerated);

        Expect(expected, Leaf, new TestCrl(Root) { ThisUpdate = Harness.Start });
    }

    [Fact]
    public void The_highest_number_counts_whatever_the_order()
    {
        var (old, young) = (new TestCrl(Root, 1), new TestCrl(Root, 2).Revoke(Leaf));
        Expect(CertificateRefusal.Revoked, Leaf, old, young);
        Expect(CertificateRefusal.Revoked, Leaf, young, old);

        var (held, released) = (new TestCrl(Root, 1).Revoke(Leaf, TestCrl.Reason(6)), new TestCrl(Root, 2));
        Expect(CertificateRefusal.None, Leaf, held, released);
    }

    [Fact]
    public void An_older_list_does_not_stand_in_for_a_stale_newer_one() => Expect(
        CertificateRefusal.RevocationListStale,
        Leaf,
        new TestCrl(Root, 1),
        new TestCrl(Root, 2) { ThisUpdate = Harness.Start.AddDays(-2), NextUpdate = Harness.Start.AddDays(-1) });

    [Fact]
    public void Two_lists_of_one_number_that_differ_say_nothing()
    {
        var twice = new TestCrl(Root);

        Expect(CertificateRefusal.RevocationUnknown, Leaf, new TestCrl(Root), new TestCrl(Root).Revoke(Issuing));
        Expect(CertificateRefusal.None, Leaf, twice, twice);
    }

    [Theory]
    [InlineData("8101FF", true, CertificateRefusal.None)]
    [InlineData("8201FF", true, CertificateRefusal.RevocationUnknown)]
    [InlineData("8501FF", true, CertificateRefusal.RevocationUnknown)]
    [InlineData("8101FF", false, CertificateRefusal.RevocationUnknown)]
    [InlineData("8201FF", false, CertificateRefusal.None)]
    [InlineData("8501FF", false, CertificateRefusal.RevocationUnknown)]
    [InlineData("8401FF", false, CertificateRefusal.None)]
    public void A_list_for_one_kind_of_certificate_says_nothing_of_others(string scope, bool isLeaf, CertificateRefusal expected) =>
        Expect(expected, isLeaf ? Leaf : Issuing, new TestCrl(Root).Scope(Convert.FromHexString(scope)));

    [Fact]
    public void A_list_of_one_distribution_point_is_for_certificates_that_name_it()
    {
        var list = new TestCrl(Root).Scope(PointName(Uri));

        Expect(CertificateRefusal.RevocationUnknown, Leaf, list);
        Expect(CertificateRefusal.RevocationUnknown, WithPoints(Point(OtherUri)), list);
        Expect(CertificateRefusal.None, WithPoints(Point(Uri)), list);
    }

    [Fact]
    public void Every_distribution_point_and_every_name_is_tried_not_the_first_alone()
    {
        var list = new TestCrl(Root).Scope(PointName(OtherUri, Uri));

        Expect(CertificateRefusal.None, WithPoints(Point(TestCertificate.Uri("http://crl.test/0")), Point(Uri)), list);
        Expect(CertificateRefusal.None, WithPoints(Point(TestCertificate.Uri("http://crl.test/0"), Uri)), list);
        var revoked = WithPoints(Point(OtherUri), Point(Uri));
        Expect(CertificateRefusal.Revoked, revoked, new TestCrl(Root).Scope(PointName(OtherUri)), new TestCrl(Root).Scope(PointName(Uri)).Revoke(revoked));
    }

    [Fact]
    public void A_list_named_after_its_issuer_is_the_issuers_complete_one()
    {
        Expect(CertificateRefusal.None, Leaf, new TestCrl(Root).Scope(PointName(TestCertificate.Directory(Root.Subject))));
        Expect(CertificateRefusal.RevocationUnknown, Leaf, new TestCrl(Root).Scope(PointName(TestCertificate.Directory(Issuing.Subject))));
    }

    [Fact]
    public void A_complete_list_does_for_a_certificate_that_names_a_point() => Expect(CertificateRefusal.None, WithPoints(Point(Uri)), new TestCrl(Root));

    [Fact]
    public void A_name_relative_to_the_issuer_matches_nothing()
    {
        var relative = CsrBuilder.Element(0xA0, CsrBuilder.Element(0xA1, CsrBuilder.Element(0x30, CsrBuilder.Oid(Oids.CommonName), [0x0C, 1, 0x78])));

        Expect(CertificateRefusal.RevocationUnknown, WithPoints(CsrBuilder.Element(0x30, relative)), new TestCrl(Root).Scope(relative));
    }

    [Fact]
    public void Lists_for_some_reasons_do_together_what_one_does_for_all()
    {
        byte[] fewer = [0x83, 2, 0, 0x3F];

        Expect(CertificateRefusal.RevocationUnknown, Leaf, new TestCrl(Root).Scope(fewer));
        Expect(CertificateRefusal.RevocationUnknown, Leaf, new TestCrl(Root).Scope(fewer), new TestCrl(Root).Scope([0x83, 2, 6, 0x40]));
        Expect(CertificateRefusal.None, Leaf, new TestCrl(Root).Scope([0x83, 2, 0, 0x7F]), new TestCrl(Root).Scope([0x83, 3, 7, 0, 0x80]));
        Expect(CertificateRefusal.Revoked, Leaf, new TestCrl(Root).Scope([0x83, 2, 6, 0x40]).Revoke(Leaf));
        Assert.False(CertificateRevocationList.TryRead(new TestCrl(Root).Scope([0x83, 3, 6, 0, 0xC0]).Build(), out _));
    }

    [Fact]
    public void A_delta_adds_and_removes()
    {
        var held = new TestCrl(Root, 5).Revoke(Leaf, TestCrl.Reason(6));
        var adding = new TestCrl(Root, 6).DeltaOf(5).Revoke(Leaf);
        var removing = new TestCrl(Root, 6).DeltaOf(5).Revoke(Leaf, TestCrl.Reason(8));

        Expect(CertificateRefusal.Revoked, Leaf, new TestCrl(Root, 5), adding);
        Expect(CertificateRefusal.None, Leaf, held, removing);
        Expect(CertificateRefusal.Revoked, Leaf, held, new TestCrl(Root, 6).DeltaOf(5));
        Expect(CertificateRefusal.Revoked, Leaf, held, removing, new TestCrl(Root, 7).DeltaOf(5).Revoke(Leaf));
    }

    [Fact]
    public void A_delta_needs_its_base_scope_key_and_time()
    {
        Expect(CertificateRefusal.RevocationUnknown, Leaf, new TestCrl(Root, 6).DeltaOf(5));
        Expect(CertificateRefusal.None, Leaf, new TestCrl(Root, 4), new TestCrl(Root, 6).DeltaOf(5).Revoke(Leaf));
        Expect(CertificateRefusal.None, Leaf, new TestCrl(Root, 7), new TestCrl(Root, 6).DeltaOf(5).Revoke(Leaf));
        Expect(CertificateRefusal.None, Leaf, new TestCrl(Root, 5), new TestCrl(Root, 6).DeltaOf(5).Scope([0x81, 1, 0xFF]).Revoke(Leaf));
        Expect(CertificateRefusal.None, Leaf, new TestCrl(Root, 5), new TestCrl(Root, 6) { ChangeSignature = Flip }.DeltaOf(5).Revoke(Leaf));
        Expect(CertificateRefusal.None, Leaf, new TestCrl(Root, 5), new TestCrl(Root, 6) { ThisUpdate = Harness.Start.AddMinutes(1) }.DeltaOf(5).Revoke(Leaf));
    }

    [Fact]
    public void An_indirect_list_speaks_for_certificates_that_name_its_signer()
    {
        var signer = new TestCertificate("CRL signer", Root).With(Oids.KeyUsage, true, 3, 2, 1, 2);
        var leaf = WithPoints(CsrBuilder.Element(0x30, CsrBuilder.Element(0xA2, TestCertificate.Directory(signer.Subject))));
        var clean = new TestCrl(Root);

        Expect(CertificateRefusal.None, leaf, [signer], clean, Indirect(signer));
        Expect(CertificateRefusal.Revoked, leaf, [signer], clean, Indirect(signer).Revoke(leaf, TestCrl.IssuedBy(Root)));
        Expect(CertificateRefusal.Revoked, leaf, [signer], clean, Indirect(signer).Revoke(Issuing, TestCrl.IssuedBy(Root)).Revoke(leaf));
        Expect(CertificateRefusal.None, leaf, [signer], clean, Indirect(signer).Revoke(leaf));
        Expect(CertificateRefusal.None, leaf, [signer], clean, Indirect(signer).Revoke(leaf, TestCrl.IssuedBy(Issuing)));
        Expect(CertificateRefusal.None, leaf, [signer], clean, new TestCrl(signer).Revoke(leaf));

        _judge.Options.Revocation = RevocationChecking.IfPresent;
        Expect(CertificateRefusal.RevocationUnknown, leaf, [], Indirect(signer));
        Expect(CertificateRefusal.None, leaf, [signer], Indirect(signer));
    }

    [Fact]
    public void A_signer_of_lists_that_is_revoked_or_under_another_anchor_says_nothing()
    {
        var signer = new TestCertificate("CRL signer", Root)
            .With(Oids.KeyUsage, true, 3, 2, 1, 2)
            .With(Oids.CrlDistributionPoints, false, CsrBuilder.Element(0x30, Point(OtherUri)));
        var foreign = new TestCertificate("CRL signer", TestCertificate.Authority("Elsewhere")).With(Oids.KeyUsage, true, 3, 2, 1, 2);
        var leaf = WithPoints(CsrBuilder.Element(0x30, PointName(Uri), CsrBuilder.Element(0xA2, TestCertificate.Directory(signer.Subject))));
        var ofSigners = PointName(OtherUri);
        _judge.Options.Revocation = RevocationChecking.IfPresent;

        Expect(CertificateRefusal.None, leaf, [signer], Indirect(signer, Uri));
        Expect(CertificateRefusal.RevocationUnknown, leaf, [signer], Indirect(signer, OtherUri));
        Expect(CertificateRefusal.RevocationUnknown, leaf, [foreign], Indirect(foreign, Uri));
        Expect(CertificateRefusal.None, leaf, [signer], Indirect(signer, Uri), new TestCrl(Root).Scope(ofSigners).Revoke(leaf));
        Expect(CertificateRefusal.RevocationUnknown, leaf, [signer], Indirect(signer, Uri), new TestCrl(Root).Scope(ofSigners).Revoke(signer));
    }

    [Fact]
    public void A_list_under_the_issuers_new_key_counts_when_the_anchor_vouches_for_the_key()
    {
        var renewed = TestCertificate.Authority("Issuing", Root);
        var leaf = TestCertificate.Leaf("leaf", Issuing);

        Expect(CertificateRefusal.Revoked, leaf, [Issuing, renewed], new TestCrl(Root), new TestCrl(renewed).Revoke(leaf));
        Expect(CertificateRefusal.RevocationUnknown, leaf, [Issuing], new TestCrl(Root), new TestCrl(renewed));
    }

    [Fact]
    public void A_list_is_verified_once_for_each_key()
    {
        var list = new TestCrl(Root).Read();
        var question = new CertificatePathRequest { Certificate = Leaf.Der, RevocationLists = [list] };
        var options = new CertificatePathOptions { MaxSignatureChecks = 2 };
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(Harness.Start);
        Assert.True(new CertificatePathValidator([Root.Der], options, time).Validate(question).IsValid);

        options.MaxSignatureChecks = 1;
        Assert.True(new CertificatePathValidator([Root.Der], options, time).Validate(question).IsValid);
        Assert.Equal(
            CertificateRefusal.LimitExceeded,
            new CertificatePathValidator([Root.Der], options, time).Validate(new CertificatePathRequest { Certificate = Leaf.Der, RevocationLists = [new TestCrl(Root).Read()] }).Refusal);
    }

    private static byte[] Flip(byte[] signature) => [.. signature[..^1], (byte)(signature[^1] ^ 1)];

    private static byte[] PointName(params byte[][] names) => CsrBuilder.Element(0xA0, CsrBuilder.Element(0xA0, names));

    private static byte[] Point(params byte[][] names) => CsrBuilder.Element(0x30, PointName(names));

    private static TestCertificate WithPoints(params byte[][] points) =>
        TestCertificate.Leaf("leaf", Root).With(Oids.CrlDistributionPoints, false, CsrBuilder.Element(0x30, points));

    private static TestCrl Indirect(TestCertificate signer, byte[]? name = null) =>
        new TestCrl(signer).Scope(name is null ? [] : PointName(name), [0x84, 1, 0xFF]);

    private void Expect(CertificateRefusal expected, TestCertificate leaf, params TestCrl[] lists) => Expect(expected, leaf, [Issuing], lists);

    private void Expect(CertificateRefusal expected, TestCertificate leaf, TestCertificate[] others, params TestCrl[] lists)
    {
        _judge.Lists.Clear();
        _judge.Lists.AddRange(lists);
        _judge.Expect(expected, leaf, others);
    }

    private void ExpectAt(CertificateRefusal expected, int position, TestCertificate leaf, params TestCrl[] lists)
    {
        Expect(expected, leaf, lists);
        Assert.Equal(position, _judge.Judge(leaf, Issuing).Position);
    }
}
