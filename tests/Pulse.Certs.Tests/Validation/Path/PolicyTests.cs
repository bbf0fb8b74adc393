namespace Pulse.Certs.Tests;

/// <summary>Certificate policies along a path (RFC 5280 §6.1, RFC 9618).</summary>
public class PolicyTests
{
    private const string A = "1.2.3.1";
    private const string B = "1.2.3.2";
    private const string C = "1.2.3.3";
    private const string Any = Oids.AnyPolicy;

    private readonly PathJudge _judge;
    private readonly TestCertificate _root = TestCertificate.Authority("Root");

    public PolicyTests() => _judge = new PathJudge(_root);

    [Fact]
    public void Without_a_wish_no_policy_is_needed()
    {
        var verdict = _judge.Judge(TestCertificate.Leaf("leaf", _root));

        Assert.True(verdict.IsValid);
        Assert.Empty(verdict.Policies);
    }

    [Theory]
    [InlineData(new[] { A }, new[] { A }, new string[0], new[] { A })]
    [InlineData(new[] { A, B }, new[] { B, C }, new string[0], new[] { B })]
    [InlineData(new[] { A }, new[] { B }, new string[0], new string[0])]
    [InlineData(new string[0], new[] { A }, new string[0], new string[0])]
    [InlineData(new[] { A }, new string[0], new string[0], new string[0])]
    [InlineData(new[] { Any }, new[] { A }, new string[0], new[] { A })]
    [InlineData(new[] { A }, new[] { Any }, new string[0], new[] { A })]
    [InlineData(new[] { Any }, new[] { Any }, new string[0], new[] { Any })]
    [InlineData(new[] { Any }, new[] { Any }, new[] { C }, new[] { C })]
    [InlineData(new[] { A, B }, new[] { A, B }, new[] { B, C }, new[] { B })]
    [InlineData(new[] { A, B }, new[] { A, B }, new[] { Any }, new[] { A, B })]
    [InlineData(new[] { A }, new[] { A }, new[] { B }, new string[0])]
    [InlineData(new[] { A }, new[] { A, Any }, new string[0], new[] { A })]
    [InlineData(new[] { A, B }, new[] { A, Any }, new string[0], new[] { A, B })]
    public void A_policy_is_valid_when_every_certificate_has_it(string[] issuer, string[] leaf, string[] wanted, string[] expected)
    {
        var issuing = Asserting(TestCertificate.Authority("Issuing", _root), issuer);
        var certificate = Asserting(TestCertificate.Leaf("leaf", issuing), leaf);
        foreach (var policy in wanted)
        {
            _judge.Options.Policies.Add(policy);
        }

        Assert.Equal(expected, _judge.Judge(certificate, issuing).Policies.Order(StringComparer.Ordinal));
        _judge.Options.RequireExplicitPolicy = true;
        _judge.Expect(expected.Length > 0 ? CertificateRefusal.None : CertificateRefusal.PolicyNotAllowed, certificate, issuing);
    }

    [Theory]
    [InlineData(false, CertificateRefusal.None)]
    [InlineData(true, CertificateRefusal.PolicyNotAllowed)]
    public void A_mapping_counts_unless_it_is_inhibited(bool inhibit, CertificateRefusal expected)
    {
        var issuing = Mapping(Asserting(TestCertificate.Authority("Issuing", _root), A), (A, B));
        var leaf = Asserting(TestCertificate.Leaf("leaf", issuing), B);
        (_judge.Options.RequireExplicitPolicy, _judge.Options.InhibitPolicyMapping) = (true, inhibit);

        _judge.Expect(expected, leaf, issuing);
        _judge.Options.InhibitPolicyMapping = false;
        Assert.Equal([A], _judge.Judge(leaf, issuing).Policies);
        _judge.Expect(CertificateRefusal.PolicyNotAllowed, Asserting(TestCertificate.Leaf("leaf", issuing), A), issuing);
    }

    [Fact]
    public void An_inhibited_mapping_takes_its_policy_out()
    {
        var issuing = Mapping(Asserting(TestCertificate.Authority("Issuing", _root), A, C), (A, B));
        (_judge.Options.RequireExplicitPolicy, _judge.Options.InhibitPolicyMapping) = (true, true);

        _judge.Expect(CertificateRefusal.PolicyNotAllowed, Asserting(TestCertificate.Leaf("leaf", issuing), A), issuing);
        Assert.Equal([C], _judge.Judge(Asserting(TestCertificate.Leaf("leaf", issuing), A, C), issuing).Policies);
    }

    [Fact]
    public void An_issuer_maps_only_policies_it_asserts()
    {
        var silent = Mapping(TestCertificate.Authority("Silent", _root), (A, B));
        var other = Mapping(Asserting(TestCertificate.Authority("Other", _root), A), (C, B));
        _judge.Options.RequireExplicitPolicy = true;

        _judge.Expect(CertificateRefusal.PolicyNotAllowed, Asserting(TestCertificate.Leaf("leaf", silent), B), silent);
        _judge.Expect(CertificateRefusal.PolicyNotAllowed, Asserting(TestCertificate.Leaf("leaf", other), B), other);
    }

    [Fact]
    public void Two_policies_mapped_to_one_are_both_valid()
    {
        var issuing = Mapping(Asserting(TestCertificate.Authority("Issuing", _root), A, B), (A, C), (B, C));

        Assert.Equal([A, B], _judge.Judge(Asserting(TestCertificate.Leaf("leaf", issuing), C), issuing).Policies.Order(StringComparer.Ordinal));
        Assert.Equal([A, B], _judge.Judge(Asserting(TestCertificate.Leaf("leaf", issuing), Any), issuing).Policies.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Policies_and_mappings_of_the_anchor_itself_are_not_part_of_the_path()
    {
        var root = Mapping(Asserting(TestCertificate.Authority("Root"), A), (A, B));

        Assert.Equal([B], new PathJudge(root).Judge(Asserting(TestCertificate.Leaf("leaf", root), B)).Policies);
    }

    [Fact]
    public void The_certificate_without_a_required_policy_is_the_one_that_is_named()
    {
        var issuing = TestCertificate.Authority("Issuing", _root);
        _judge.Options.RequireExplicitPolicy = true;

        Assert.Equal(1, _judge.Judge(Asserting(TestCertificate.Leaf("leaf", issuing), A), issuing).Position);
    }

    [Fact]
    public void A_mapping_from_any_policy_names_the_policy_in_the_anchors_words()
    {
        var issuing = Mapping(Asserting(TestCertificate.Authority("Issuing", _root), Any), (A, B));
        _judge.Options.RequireExplicitPolicy = true;
        _judge.Options.Policies.Add(A);

        Assert.Equal([A], _judge.Judge(Asserting(TestCertificate.Leaf("leaf", issuing), B), issuing).Policies);
        Assert.False(_judge.Judge(Asserting(TestCertificate.Leaf("leaf", issuing), C), issuing).IsValid);
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void Any_policy_counts_unless_it_is_inhibited(bool inhibit, bool valid)
    {
        var issuing = Asserting(TestCertificate.Authority("Issuing", _root), Any);
        (_judge.Options.RequireExplicitPolicy, _judge.Options.InhibitAnyPolicy) = (true, inhibit);

        _judge.Expect(valid ? CertificateRefusal.None : CertificateRefusal.PolicyNotAllowed, Asserting(TestCertificate.Leaf("leaf", issuing), A), issuing);
    }

    [Fact]
    public void Any_policy_of_a_self_issued_issuer_counts_even_when_inhibited()
    {
        var issuing = Asserting(TestCertificate.Authority("Issuing", _root), A);
        var renewed = Asserting(TestCertificate.Authority("Issuing", issuing), Any);
        (_judge.Options.RequireExplicitPolicy, _judge.Options.InhibitAnyPolicy) = (true, true);

        _judge.Expect(CertificateRefusal.None, Asserting(TestCertificate.Leaf("leaf", renewed), A), issuing, renewed);
        _judge.Expect(CertificateRefusal.PolicyNotAllowed, Asserting(TestCertificate.Leaf("leaf", renewed), Any), issuing, renewed);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    public void An_issuer_requires_a_policy_from_a_certificate_on(byte skip, bool valid)
    {
        // Each certificate below takes one off, the leaf, the second of them, as well (§6.1.4 (h), §6.1.5 (a)).
        var first = TestCertificate.Authority("First", _root).With(Oids.PolicyConstraints, true, 0x30, 3, 0x80, 1, skip);
        var second = TestCertificate.Authority("Second", first);

        _judge.Expect(valid ? CertificateRefusal.None : CertificateRefusal.PolicyNotAllowed, TestCertificate.Leaf("leaf", second), first, second);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public void An_issuer_inhibits_mappings_from_a_certificate_on(byte skip, bool valid)
    {
        var first = Asserting(TestCertificate.Authority("First", _root), A).With(Oids.PolicyConstraints, true, 0x30, 3, 0x81, 1, skip);
        var second = Mapping(Asserting(TestCertificate.Authority("Second", first), A), (A, B));
        _judge.Options.RequireExplicitPolicy = true;

        _judge.Expect(valid ? CertificateRefusal.None : CertificateRefusal.PolicyNotAllowed, Asserting(TestCertificate.Leaf("leaf", second), B), first, second);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public void An_issuer_inhibits_any_policy_from_a_certificate_on(byte skip, bool valid)
    {
        var first = Asserting(TestCertificate.Authority("First", _root), A).With(Oids.InhibitAnyPolicy, true, 2, 1, skip);
        var second = Asserting(TestCertificate.Authority("Second", first), Any);
        _judge.Options.RequireExplicitPolicy = true;

        _judge.Expect(valid ? CertificateRefusal.None : CertificateRefusal.PolicyNotAllowed, Asserting(TestCertificate.Leaf("leaf", second), A), first, second);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public void Each_issuer_takes_one_off_what_is_left_of_mappings(byte skip, bool valid)
    {
        var first = Asserting(TestCertificate.Authority("First", _root), A).With(Oids.PolicyConstraints, true, 0x30, 3, 0x81, 1, skip);
        var second = Asserting(TestCertificate.Authority("Second", first), A);
        var third = Mapping(Asserting(TestCertificate.Authority("Third", second), A), (A, B));
        _judge.Options.RequireExplicitPolicy = true;

        _judge.Expect(
            valid ? CertificateRefusal.None : CertificateRefusal.PolicyNotAllowed, Asserting(TestCertificate.Leaf("leaf", third), B), first, second, third);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public void Each_issuer_takes_one_off_what_is_left_of_any_policy(byte skip, bool valid)
    {
        var first = Asserting(TestCertificate.Authority("First", _root), A).With(Oids.InhibitAnyPolicy, true, 2, 1, skip);
        var second = Asserting(TestCertificate.Authority("Second", first), A);
        var third = Asserting(TestCertificate.Authority("Third", second), Any);
        _judge.Options.RequireExplicitPolicy = true;

        _judge.Expect(
            valid ? CertificateRefusal.None : CertificateRefusal.PolicyNotAllowed, Asserting(TestCertificate.Leaf("leaf", third), A), first, second, third);
    }

    [Fact]
    public void A_leaf_can_require_a_policy_of_its_own_path() => _judge.Expect(
        CertificateRefusal.PolicyNotAllowed, TestCertificate.Leaf("leaf", _root).With(Oids.PolicyConstraints, true, 0x30, 3, 0x80, 1, 0));

    [Fact]
    public void What_the_anchor_requires_holds()
    {
        var root = TestCertificate.Authority("Root").With(Oids.PolicyConstraints, true, 0x30, 3, 0x80, 1, 0);

        new PathJudge(root).Expect(CertificateRefusal.PolicyNotAllowed, TestCertificate.Leaf("leaf", root));
        new PathJudge(root).Expect(CertificateRefusal.None, Asserting(TestCertificate.Leaf("leaf", root), A));
    }

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void At_most_64_policies_are_read(int count, bool valid)
    {
        var leaf = Asserting(TestCertificate.Leaf("leaf", _root), [.. Enumerable.Range(1, count).Select(i => $"1.2.3.{i}")]);

        _judge.Expect(valid ? CertificateRefusal.None : CertificateRefusal.Malformed, leaf);
    }

    [Fact]
    public void Mappings_that_double_at_every_step_do_not_grow_the_graph()
    {
        string[] policies = [.. Enumerable.Range(1, 8).Select(i => $"1.2.3.{i}")];
        (string, string)[] everything = [.. policies.SelectMany(_ => policies, static (from, to) => (from, to))];
        var chain = new List<TestCertificate> { _root };
        for (var i = 0; i < 16; i++)
        {
            chain.Add(Mapping(Asserting(TestCertificate.Authority($"Issuer {i}", chain[^1]), policies), everything));
        }

        (_judge.Options.MaxDepth, _judge.Options.RequireExplicitPolicy) = (16, true);
        var verdict = _judge.Judge(Asserting(TestCertificate.Leaf("leaf", chain[^1]), policies[0]), [.. chain[1..]]);

        Assert.True(verdict.IsValid, verdict.Refusal.ToString());
        Assert.Equal(8, verdict.Policies.Count);
    }

    [Fact]
    public void Qualifiers_are_read_and_passed_over() => _judge.Expect(
        CertificateRefusal.None,
        TestCertificate.Leaf("leaf", _root).With(
            Oids.CertificatePolicies,
            false,
            CsrBuilder.Element(
                0x30,
                CsrBuilder.Element(0x30, CsrBuilder.Oid(A), CsrBuilder.Element(0x30, CsrBuilder.Element(0x30, CsrBuilder.Oid("1.3.6.1.5.5.7.2.1"), [0x16, 1, 0x78]))))));

    private static TestCertificate Asserting(TestCertificate certificate, params string[] policies) => policies.Length == 0
        ? certificate
        : certificate.With(
            Oids.CertificatePolicies, false, CsrBuilder.Element(0x30, [.. policies.Select(policy => CsrBuilder.Element(0x30, CsrBuilder.Oid(policy)))]));

    private static TestCertificate Mapping(TestCertificate certificate, params (string From, string To)[] mappings) => certificate.With(
        Oids.PolicyMappings,
        true,
        CsrBuilder.Element(0x30, [.. mappings.Select(mapping => CsrBuilder.Element(0x30, CsrBuilder.Oid(mapping.From), CsrBuilder.Oid(mapping.To)))]));
}
