namespace Pulse.Certs.Tests;

public class PathCertificateTests
{
    private static readonly TestCertificate Root = TestCertificate.Authority("Root");

    [Fact]
    public void Names_by_name_alone_an_issuer_whose_key_it_does_not_tell()
    {
        var issuer = PathCertificate.Read(Root.Der);
        var leaf = TestCertificate.Leaf("leaf", Root);
        leaf.Extensions[Oids.AuthorityKeyIdentifier] = CsrBuilder.Extension(Oids.AuthorityKeyIdentifier, false, 0x30, 0);
        var other = TestCertificate.Leaf("leaf", Root);
        other.Extensions[Oids.AuthorityKeyIdentifier] = LeafBuilder.AuthorityKey([1]);

        Assert.Empty(PathCertificate.Read(leaf.Der).AuthorityKeyId!);
        Assert.True(PathCertificate.Read(leaf.Der).NamesAsIssuer(issuer));
        Assert.False(PathCertificate.Read(other.Der).NamesAsIssuer(issuer));
        Assert.False(issuer.NamesAsIssuer(PathCertificate.Read(leaf.Der)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Is_none_where_a_name_is_no_list_of_attributes(bool isIssuer)
    {
        var leaf = TestCertificate.Leaf("leaf", Root);
        byte[] wrong = [0x30, 2, 0x31, 0];
        (leaf.Subject, leaf.IssuerName) = isIssuer ? (leaf.Subject, wrong) : (wrong, null);

        Assert.Null(PathCertificate.TryRead(leaf.Der));
        Assert.NotNull(PathCertificate.TryRead(TestCertificate.Leaf("leaf", Root).Der));
    }

    [Fact]
    public void Takes_a_host_from_a_URI_and_from_no_other_name()
    {
        var leaf = TestCertificate.Leaf(
            "leaf", Root, TestCertificate.Uri("https://a.example/x"), TestCertificate.Dns("https://b.example/x"), TestCertificate.Address(192, 0, 2, 1));

        var names = SubjectName.Of(PathCertificate.Read(leaf.Der));

        Assert.Equal(["", "a.example", "", ""], names.Select(name => name.Host));
        Assert.Equal(["", "https://a.example/x", "https://b.example/x", ""], names.Select(name => name.Text));
        Assert.Equal([0, 0, 0, 4], names.Select(name => name.Value.Length));
    }

    [Theory]
    [InlineData("https://a.example/x", "a.example")]
    [InlineData("https://u@a.example:8443?x", "a.example")]
    [InlineData("urn:x://a.example", "")]
    [InlineData("://a.example", "")]
    [InlineData("https://192.0.2.1/", "")]
    [InlineData("https:///x", "")]
    [InlineData("https://:80/", "")]
    public void Reads_the_host_of_a_URI(string uri, string expected) => Assert.Equal(expected, NameSyntax.HostOf(uri));
}
