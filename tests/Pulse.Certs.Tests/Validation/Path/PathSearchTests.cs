using System.Security.Cryptography;

namespace Pulse.Certs.Tests;

/// <summary>The chain items of the attack list: which path is found, and that none is built from what nobody signed.</summary>
public class PathSearchTests
{
    private static readonly TestCertificate Root = TestCertificate.Authority("Root");
    private static readonly TestCertificate Issuing = TestCertificate.Authority("Issuing", Root);
    private static readonly TestCertificate Leaf = TestCertificate.Leaf("leaf", Issuing);

    private readonly PathJudge _judge = new(Root);

    [Fact]
    public void A_path_is_found_and_shown_from_the_leaf_to_the_anchor()
    {
        var verdict = _judge.Judge(Leaf, Root, TestCertificate.Authority("Unrelated"), Issuing);

        Assert.True(verdict.IsValid);
        Assert.Equal(CertificateRefusal.None, verdict.Refusal);
        Assert.Equal([Leaf.Der, Issuing.Der, Root.Der], verdict.Path.Select(der => der.ToArray()));
        Assert.Equal(0, verdict.Position);
    }

    [Fact]
    public void The_default_verdict_is_no_approval()
    {
        CertificatePathVerdict verdict = default;

        Assert.False(verdict.IsValid);
        Assert.Empty(verdict.Path);
        Assert.Empty(verdict.Policies);
    }

    [Fact]
    public void An_anchor_that_is_not_self_signed_ends_a_path() => new PathJudge(Issuing).Expect(CertificateRefusal.None, Leaf);

    [Fact]
    public void A_missing_issuer_is_unknown() => _judge.Expect(CertificateRefusal.IssuerUnknown, Leaf);

    [Fact]
    public void A_chain_to_another_root_is_unknown() => new PathJudge(TestCertificate.Authority("Root")).Expect(CertificateRefusal.IssuerUnknown, Leaf, Issuing);

    [Fact]
    public void Bytes_that_are_no_certificate_are_malformed_or_passed_over()
    {
        var validator = new CertificatePathValidator([Root.Der], _judge.Options, new Microsoft.Extensions.Time.Testing.FakeTimeProvider(Harness.Start));

        Assert.Equal(CertificateRefusal.Malformed, validator.Validate(new CertificatePathRequest { Certificate = new byte[] { 0x30 } }).Refusal);
        Assert.True(validator.Validate(new CertificatePathRequest { Certificate = Leaf.Der, Intermediates = [new byte[] { 1 }, Issuing.Der] }).IsValid);
    }

    [Fact]
    public void A_forged_signature_is_named_at_its_certificate()
    {
        var forged = TestCertificate.Authority("Issuing", Root, key: Issuing.Key);
        forged.ChangeSignature = signature => [.. signature[..^1], (byte)(signature[^1] ^ 1)];

        var verdict = _judge.Judge(Leaf, forged);

        Assert.Equal(CertificateRefusal.SignatureInvalid, verdict.Refusal);
        Assert.Equal(1, verdict.Position);
        Assert.True(_judge.Judge(Leaf, forged, Issuing).IsValid);
    }

    [Theory]
    [InlineData("300A06082A8648CE3D040305")]
    [InlineData(CsrBuilder.RsaSha256)]
    public void An_algorithm_that_is_not_listed_or_not_the_keys_is_refused(string algorithm)
    {
        var leaf = TestCertificate.Leaf("leaf", Root);
        leaf.Algorithm = Convert.FromHexString(algorithm);

        _judge.Expect(CertificateRefusal.AlgorithmNotAllowed, leaf);
    }

    [Fact]
    public void Two_signature_algorithms_are_malformed()
    {
        var leaf = TestCertificate.Leaf("leaf", Root);
        leaf.OuterAlgorithm = Convert.FromHexString(CsrBuilder.EcdsaSha384);

        _judge.Expect(CertificateRefusal.Malformed, leaf);
    }

    [Fact]
    public void A_leaf_key_outside_the_policy_is_refused()
    {
        var leaf = TestCertificate.Leaf("leaf", Root);
        leaf.PublicKey = ECDsa.Create(ECCurve.NamedCurves.nistP521).ExportSubjectPublicKeyInfo();
        _judge.Expect(CertificateRefusal.KeyNotAllowed, leaf);

        leaf = TestCertificate.Leaf("leaf", Root);
        leaf.PublicKey = [0x30, 0x03, 2, 1, 0];
        _judge.Expect(CertificateRefusal.KeyNotAllowed, leaf);
    }

    [Fact]
    public void An_issuer_key_outside_the_policy_is_refused_at_the_issuer()
    {
        var weak = TestCertificate.Authority("Issuing", Root);
        var leaf = TestCertificate.Leaf("leaf", weak);
        weak.PublicKey = ECDsa.Create(ECCurve.NamedCurves.nistP521).ExportSubjectPublicKeyInfo();

        var verdict = _judge.Judge(leaf, weak);

        Assert.Equal(CertificateRefusal.KeyNotAllowed, verdict.Refusal);
        Assert.Equal(1, verdict.Position);
    }

    [Fact]
    public void Key_identifiers_that_differ_lead_to_no_issuer()
    {
        var leaf = TestCertificate.Leaf("leaf", Issuing);
        leaf.Extensions[Oids.AuthorityKeyIdentifier] = LeafBuilder.AuthorityKey(Root.KeyId);

        _judge.Expect(CertificateRefusal.IssuerUnknown, leaf, Issuing);
    }

    [Fact]
    public void Of_two_issuers_with_one_name_the_key_identifier_chooses()
    {
        var other = TestCertificate.Authority("Issuing", Root);
        _judge.Options.MaxSignatureChecks = 2;

        _judge.Expect(CertificateRefusal.None, Leaf, other, Issuing);
        _judge.Expect(CertificateRefusal.None, Leaf, Issuing, other);
    }

    [Fact]
    public void A_cross_signed_issuer_is_found_whichever_root_is_trusted()
    {
        var otherRoot = TestCertificate.Authority("Other Root");
        var cross = TestCertificate.Authority("Issuing", otherRoot, key: Issuing.Key);

        _judge.Expect(CertificateRefusal.None, Leaf, cross, Issuing);
        new PathJudge(otherRoot).Expect(CertificateRefusal.None, Leaf, Issuing, cross);
    }

    [Fact]
    public void A_loop_of_cross_signed_issuers_ends()
    {
        var (keyA, keyB) = (TestCertificate.Authority("A"), TestCertificate.Authority("B"));
        var a = TestCertificate.Authority("A", keyB, key: keyA.Key);
        var b = TestCertificate.Authority("B", keyA, key: keyB.Key);
        var leaf = TestCertificate.Leaf("leaf", a);

        _judge.Expect(CertificateRefusal.IssuerUnknown, leaf, a, b);
        _judge.Expect(CertificateRefusal.None, leaf, a, b, TestCertificate.Authority("B", Root, key: keyB.Key));
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void A_hundred_issuers_of_one_name_end_in_a_refusal(bool sameName, bool sameKey)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var chain = new List<TestCertificate> { TestCertificate.Authority("ICA", key: key) };
        for (var i = 0; i < 100; i++)
        {
            var name = sameName ? "ICA" : $"ICA {i}";
            chain.Add(TestCertificate.Authority(name, chain[^1], key: sameKey ? key : null));
        }

        var verdict = _judge.Judge(TestCertificate.Leaf("leaf", chain[^1]), [.. chain]);

        Assert.False(verdict.IsValid);
        Assert.Contains(verdict.Refusal, new[] { CertificateRefusal.LimitExceeded, CertificateRefusal.PathTooLong, CertificateRefusal.IssuerUnknown });
    }

    [Fact]
    public void Signature_checks_are_counted_and_their_end_is_said()
    {
        _judge.Options.MaxSignatureChecks = 2;
        _judge.Expect(CertificateRefusal.None, Leaf, Issuing);

        _judge.Options.MaxSignatureChecks = 1;
        _judge.Expect(CertificateRefusal.LimitExceeded, Leaf, Issuing);
    }

    [Fact]
    public void A_hundred_and_twenty_eight_issuers_are_looked_at()
    {
        var others = Enumerable.Repeat(TestCertificate.Authority("Unrelated"), 127).ToArray();

        _judge.Expect(CertificateRefusal.None, Leaf, [.. others, Issuing]);
        _judge.Expect(CertificateRefusal.IssuerUnknown, Leaf, [.. others, others[0], Issuing]);
    }

    [Fact]
    public void A_second_path_is_tried_when_the_first_is_not_allowed()
    {
        var expired = TestCertificate.Authority("Issuing", Root, key: Issuing.Key);
        expired.NotAfter = Harness.Start.AddHours(-1);

        _judge.Expect(CertificateRefusal.None, Leaf, expired, Issuing);
        var verdict = _judge.Judge(Leaf, expired);
        Assert.Equal((CertificateRefusal.Expired, 1), (verdict.Refusal, verdict.Position));
    }

    [Theory]
    [InlineData(2, CertificateRefusal.None)]
    [InlineData(1, CertificateRefusal.PathTooLong)]
    public void As_many_issuers_as_configured_stand_between_the_leaf_and_the_anchor(int maxDepth, CertificateRefusal expected)
    {
        var second = TestCertificate.Authority("Second", Issuing);
        _judge.Options.MaxDepth = maxDepth;

        _judge.Expect(expected, TestCertificate.Leaf("leaf", second), second, Issuing);
    }

    [Fact]
    public void A_self_issued_certificate_counts_for_no_depth()
    {
        var old = TestCertificate.Authority("Issuing", Root);
        var renewed = TestCertificate.Authority("Issuing", old);
        _judge.Options.MaxDepth = 1;

        _judge.Expect(CertificateRefusal.None, TestCertificate.Leaf("leaf", renewed), renewed, old);
    }

    [Fact]
    public void The_first_of_two_anchors_of_one_key_ends_the_path()
    {
        var renewed = TestCertificate.Authority("Root", key: Root.Key);

        Assert.Equal(Root.Der, new PathJudge(Root, renewed).Judge(Leaf, Issuing).Path[^1].ToArray());
        Assert.Equal(renewed.Der, new PathJudge(renewed, Root).Judge(Leaf, Issuing).Path[^1].ToArray());
    }

    [Fact]
    public void The_first_of_two_issuers_of_one_key_is_on_the_path()
    {
        var renewed = TestCertificate.Authority("Issuing", Root, key: Issuing.Key);

        Assert.Equal(Issuing.Der, _judge.Judge(Leaf, Issuing, renewed).Path[1].ToArray());
        Assert.Equal(renewed.Der, _judge.Judge(Leaf, renewed, Issuing).Path[1].ToArray());
    }

    [Fact]
    public void Of_two_paths_that_are_refused_the_first_is_told()
    {
        var expired = TestCertificate.Authority("Issuing", Root, key: Issuing.Key);
        expired.NotAfter = Harness.Start.AddHours(-1);
        var early = TestCertificate.Authority("Issuing", Root, key: Issuing.Key);
        early.NotBefore = Harness.Start.AddHours(1);

        _judge.Expect(CertificateRefusal.Expired, Leaf, expired, early);
        _judge.Expect(CertificateRefusal.NotYetValid, Leaf, early, expired);
    }

    [Fact]
    public void No_signature_check_is_spent_on_what_is_no_authority()
    {
        var subscriber = TestCertificate.Leaf("Issuing", Root);
        var impostor = new TestCertificate("Issuing", Root, Issuing.Key).With(Oids.BasicConstraints, true, 0x30, 0).With(Oids.KeyUsage, true, 3, 2, 7, 0x80);
        _judge.Options.MaxSignatureChecks = 2;

        _judge.Expect(CertificateRefusal.None, Leaf, subscriber, impostor, Issuing);
    }

    [Fact]
    public void More_whole_paths_than_are_judged_end_in_a_refusal_that_says_so()
    {
        var leaf = TestCertificate.Leaf("leaf", Issuing);
        leaf.NotAfter = Harness.Start.AddHours(-1);
        TestCertificate[] issuers = [.. Enumerable.Range(0, 65).Select(_ => TestCertificate.Authority("Issuing", Root, key: Issuing.Key))];
        _judge.Options.MaxSignatureChecks = 1024;

        _judge.Expect(CertificateRefusal.Expired, leaf, issuers[..64]);
        _judge.Expect(CertificateRefusal.LimitExceeded, leaf, issuers);
    }
}
