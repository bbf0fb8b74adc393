namespace Pulse.Certs.Tests;

/// <summary>RFC 5280 §6.1 without names and policies: time, roles, path length, purposes.</summary>
public class PathRulesTests
{
    private static readonly TestCertificate Root = TestCertificate.Authority("Root");
    private static readonly byte[] NoAuthority = [0x30, 0];

    private readonly PathJudge _judge = new(Root);

    [Theory]
    [InlineData(-86_401, CertificateRefusal.NotYetValid)]
    [InlineData(-86_400, CertificateRefusal.None)]
    [InlineData(86_400, CertificateRefusal.None)]
    [InlineData(86_401, CertificateRefusal.Expired)]
    public void Validity_is_held_to_the_second(int seconds, CertificateRefusal expected)
    {
        var leaf = TestCertificate.Leaf("leaf", Anchor());
        _judge.Now = DerTime.Truncate(Harness.Start).AddSeconds(seconds);
        new PathJudge(Anchor()) { Now = _judge.Now }.Expect(expected, leaf);
        new PathJudge(Anchor()) { Now = _judge.Now.AddMilliseconds(999) }.Expect(expected, leaf);
    }

    [Theory]
    [InlineData(-2)]
    [InlineData(2)]
    public void An_anchor_counts_only_while_it_is_valid_itself(int days)
    {
        var anchor = TestCertificate.Authority("Short");
        var leaf = TestCertificate.Leaf("leaf", anchor);
        (leaf.NotBefore, leaf.NotAfter) = (Harness.Start.AddDays(-9), Harness.Start.AddDays(9));

        var verdict = new PathJudge(anchor) { Now = Harness.Start.AddDays(days) }.Judge(leaf);

        Assert.Equal(days < 0 ? CertificateRefusal.NotYetValid : CertificateRefusal.Expired, verdict.Refusal);
        Assert.Equal(1, verdict.Position);
    }

    [Fact]
    public void An_issuer_with_CA_FALSE_issues_nothing() => ExpectIssuer(
        CertificateRefusal.BasicConstraintsInvalid, issuer => issuer.With(Oids.BasicConstraints, true, NoAuthority).With(Oids.KeyUsage, true, 3, 2, 7, 0x80));

    [Fact]
    public void An_issuer_without_basic_constraints_issues_nothing() => ExpectIssuer(
        CertificateRefusal.BasicConstraintsInvalid, issuer => issuer.Without(Oids.BasicConstraints).With(Oids.KeyUsage, true, 3, 2, 7, 0x80));

    [Fact]
    public void An_issuer_whose_basic_constraints_are_not_critical_issues_nothing() =>
        ExpectIssuer(CertificateRefusal.CriticalityInvalid, issuer => issuer.With(Oids.BasicConstraints, false, 0x30, 3, 1, 1, 0xFF));

    [Fact]
    public void An_issuer_whose_key_usage_lacks_keyCertSign_issues_nothing() =>
        ExpectIssuer(CertificateRefusal.KeyUsageInvalid, issuer => issuer.With(Oids.KeyUsage, true, 3, 2, 1, 2));

    [Fact]
    public void An_issuer_without_key_usage_may_issue() => ExpectIssuer(CertificateRefusal.None, issuer => issuer.Without(Oids.KeyUsage));

    [Fact]
    public void An_issuer_without_its_own_key_identifier_issues_nothing() =>
        ExpectIssuer(CertificateRefusal.KeyIdentifierInvalid, issuer => issuer.Without(Oids.SubjectKeyIdentifier));

    [Fact]
    public void An_issuer_that_does_not_name_its_issuers_key_issues_nothing() =>
        ExpectIssuer(CertificateRefusal.KeyIdentifierInvalid, issuer => issuer.Without(Oids.AuthorityKeyIdentifier));

    [Theory]
    [InlineData(0, 0, CertificateRefusal.None)]
    [InlineData(0, 1, CertificateRefusal.PathTooLong)]
    [InlineData(1, 1, CertificateRefusal.None)]
    [InlineData(1, 2, CertificateRefusal.PathTooLong)]
    public void Path_length_bounds_the_issuers_that_follow(int bound, int following, CertificateRefusal expected)
    {
        var chain = new List<TestCertificate> { TestCertificate.Authority("Bounded", Root, bound) };
        for (var i = 0; i < following; i++)
        {
            chain.Add(TestCertificate.Authority($"Following {i}", chain[^1], 9));
        }

        _judge.Expect(expected, TestCertificate.Leaf("leaf", chain[^1]), [.. chain]);
    }

    [Fact]
    public void The_anchors_own_path_length_holds()
    {
        var anchor = TestCertificate.Authority("Bounded", pathLength: 0);
        var issuing = TestCertificate.Authority("Issuing", anchor);

        new PathJudge(anchor).Expect(CertificateRefusal.None, TestCertificate.Leaf("leaf", anchor));
        new PathJudge(anchor).Expect(CertificateRefusal.PathTooLong, TestCertificate.Leaf("leaf", issuing), issuing);
    }

    [Fact]
    public void Self_issued_certificates_do_not_count_in_path_length_or_depth()
    {
        var old = TestCertificate.Authority("Issuing", Root, 0);
        var renewed = TestCertificate.Authority("Issuing", old, 0);
        _judge.Options.MaxDepth = 1;

        _judge.Expect(CertificateRefusal.None, TestCertificate.Leaf("leaf", renewed), renewed, old);
    }

    [Fact]
    public void Self_issued_certificates_are_bounded_too()
    {
        var chain = new List<TestCertificate> { TestCertificate.Authority("Issuing", Root) };
        for (var i = 0; i < 5; i++)
        {
            chain.Add(TestCertificate.Authority("Issuing", chain[^1]));
        }

        _judge.Options.MaxDepth = 1;

        _judge.Expect(CertificateRefusal.None, TestCertificate.Leaf("leaf", chain[4]), [.. chain[..5]]);
        _judge.Expect(CertificateRefusal.PathTooLong, TestCertificate.Leaf("leaf", chain[5]), [.. chain]);
    }

    [Theory]
    [InlineData(0, 0, true)]
    [InlineData(0, 1, false)]
    [InlineData(2, 2, true)]
    [InlineData(2, 3, false)]
    [InlineData(16, 16, true)]
    public void Depth_is_what_was_configured(int depth, int issuers, bool valid)
    {
        var chain = new List<TestCertificate> { Root };
        for (var i = 0; i < issuers; i++)
        {
            chain.Add(TestCertificate.Authority($"Issuer {i}", chain[^1]));
        }

        _judge.Options.MaxDepth = depth;
        _judge.Expect(valid ? CertificateRefusal.None : CertificateRefusal.PathTooLong, TestCertificate.Leaf("leaf", chain[^1]), [.. chain[1..]]);
    }

    [Fact]
    public void An_anchor_that_another_authority_issued_does_not_count_in_depth()
    {
        var anchor = TestCertificate.Authority("Issuing", Root);
        var judge = new PathJudge(anchor);
        judge.Options.MaxDepth = 0;

        judge.Expect(CertificateRefusal.None, TestCertificate.Leaf("leaf", anchor));
    }

    [Theory]
    [InlineData(CertificatePathPurpose.Client, Oids.ClientAuthentication, CertificateRefusal.None)]
    [InlineData(CertificatePathPurpose.Client, Oids.ServerAuthentication, CertificateRefusal.PurposeInvalid)]
    [InlineData(CertificatePathPurpose.Client, Oids.AnyExtendedKeyUsage, CertificateRefusal.PurposeInvalid)]
    [InlineData(CertificatePathPurpose.Server, Oids.ServerAuthentication, CertificateRefusal.None)]
    [InlineData(CertificatePathPurpose.Server, Oids.ClientAuthentication, CertificateRefusal.PurposeInvalid)]
    [InlineData(CertificatePathPurpose.Any, Oids.ServerAuthentication, CertificateRefusal.None)]
    public void The_leaf_is_for_the_purpose_asked_for(CertificatePathPurpose purpose, string usage, CertificateRefusal expected)
    {
        _judge.Options.Purpose = purpose;

        _judge.Expect(expected, TestCertificate.Leaf("leaf", Root).With(Oids.ExtendedKeyUsage, false, CsrBuilder.Element(0x30, CsrBuilder.Oid(usage))));
        _judge.Expect(CertificateRefusal.None, TestCertificate.Leaf("leaf", Root).Without(Oids.ExtendedKeyUsage));
    }

    [Theory]
    [InlineData(CertificatePathPurpose.Client, Oids.ClientAuthentication, CertificateRefusal.None)]
    [InlineData(CertificatePathPurpose.Client, Oids.AnyExtendedKeyUsage, CertificateRefusal.None)]
    [InlineData(CertificatePathPurpose.Client, Oids.ServerAuthentication, CertificateRefusal.PurposeInvalid)]
    [InlineData(CertificatePathPurpose.Any, Oids.ServerAuthentication, CertificateRefusal.None)]
    public void An_issuer_with_purposes_issues_for_these_alone(CertificatePathPurpose purpose, string usage, CertificateRefusal expected)
    {
        _judge.Options.Purpose = purpose;
        ExpectIssuer(expected, issuer => issuer.With(Oids.ExtendedKeyUsage, false, CsrBuilder.Element(0x30, CsrBuilder.Oid(usage))));
    }

    [Theory]
    [InlineData(CertificatePathPurpose.Client, 0x80, 7, true)]
    [InlineData(CertificatePathPurpose.Client, 0x20, 5, false)]
    [InlineData(CertificatePathPurpose.Server, 0x80, 7, true)]
    [InlineData(CertificatePathPurpose.Server, 0x20, 5, true)]
    [InlineData(CertificatePathPurpose.Server, 0x08, 3, true)]
    [InlineData(CertificatePathPurpose.Server, 0x40, 6, false)]
    [InlineData(CertificatePathPurpose.Any, 0x40, 6, true)]
    public void The_leafs_key_usage_fits_the_purpose(CertificatePathPurpose purpose, byte usage, byte unused, bool valid)
    {
        _judge.Options.Purpose = purpose;

        _judge.Expect(valid ? CertificateRefusal.None : CertificateRefusal.KeyUsageInvalid, TestCertificate.Leaf("leaf", Root).With(Oids.KeyUsage, true, 3, 2, unused, usage));
        _judge.Expect(CertificateRefusal.None, TestCertificate.Leaf("leaf", Root).Without(Oids.KeyUsage));
    }

    [Fact]
    public void An_authority_may_show_its_own_certificate() => _judge.Expect(CertificateRefusal.None, TestCertificate.Authority("Issuing", Root));

    [Fact]
    public void A_leaf_that_may_sign_certificates_without_being_an_authority_is_refused() =>
        _judge.Expect(CertificateRefusal.KeyUsageInvalid, TestCertificate.Leaf("leaf", Root).With(Oids.KeyUsage, true, 3, 2, 2, 0x84));

    [Fact]
    public void A_leaf_with_a_path_length_is_refused() =>
        _judge.Expect(CertificateRefusal.BasicConstraintsInvalid, TestCertificate.Leaf("leaf", Root).With(Oids.BasicConstraints, true, 0x30, 3, 2, 1, 0));

    private static readonly TestCertificate LongLived = TestCertificate.Authority("Long-lived");

    private static TestCertificate Anchor()
    {
        (LongLived.NotBefore, LongLived.NotAfter) = (Harness.Start.AddYears(-1), Harness.Start.AddYears(1));
        return LongLived;
    }

    private void ExpectIssuer(CertificateRefusal expected, Action<TestCertificate> change)
    {
        var issuing = TestCertificate.Authority("Issuing", Root);
        change(issuing);
        var verdict = _judge.Judge(TestCertificate.Leaf("leaf", issuing), issuing);
        Assert.Equal(expected, verdict.Refusal);
        Assert.Equal(expected == CertificateRefusal.None ? 0 : 1, verdict.Position);
    }
}
