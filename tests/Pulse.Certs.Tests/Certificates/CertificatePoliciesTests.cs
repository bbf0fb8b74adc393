namespace Pulse.Certs.Tests;

/// <summary>The form of policy mappings (RFC 5280 §4.2.1.5); what follows from them is in <see cref="PolicyTests"/>.</summary>
public class CertificatePoliciesTests
{
    private static readonly TestCertificate Root = TestCertificate.Authority("Root");

    [Theory]
    [InlineData("1.2.3.1", "1.2.3.2", true)]
    [InlineData(Oids.AnyPolicy, "1.2.3.2", false)]
    [InlineData("1.2.3.1", Oids.AnyPolicy, false)]
    [InlineData(Oids.AnyPolicy, Oids.AnyPolicy, false)]
    public void A_mapping_is_of_two_policies_neither_of_which_is_any(string issuers, string subjects, bool valid) =>
        Assert.Equal(valid, IsRead((issuers, subjects)));

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void There_are_at_most_64_mappings(int count, bool valid) =>
        Assert.Equal(valid, IsRead([.. Enumerable.Range(0, count).Select(i => ("1.2.3.1", $"1.2.4.{i}"))]));

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void There_are_at_most_64_policies(int count, bool valid)
    {
        byte[] policies = CsrBuilder.Element(0x30, [.. Enumerable.Range(0, count).Select(i => CsrBuilder.Element(0x30, CsrBuilder.Oid($"1.2.4.{i}")))]);
        var authority = TestCertificate.Authority("Issuing", Root).With(Oids.CertificatePolicies, false, policies);

        Assert.Equal(valid, PathCertificate.TryRead(authority.Der) is not null);
    }

    private static bool IsRead(params (string Issuers, string Subjects)[] mappings)
    {
        byte[] value = CsrBuilder.Element(
            0x30, [.. mappings.Select(mapping => CsrBuilder.Element(0x30, CsrBuilder.Oid(mapping.Issuers), CsrBuilder.Oid(mapping.Subjects)))]);
        return PathCertificate.TryRead(TestCertificate.Authority("Issuing", Root).With(Oids.PolicyMappings, true, value).Der) is not null;
    }
}
