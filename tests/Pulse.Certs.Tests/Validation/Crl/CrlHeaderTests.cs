namespace Pulse.Certs.Tests;

/// <summary>What one list may say about another, and numbers and signatures at the edges of their form.</summary>
public class CrlHeaderTests
{
    private static readonly TestCertificate Root = TestCertificate.Authority("Root");

    [Fact]
    public void Two_lists_are_of_one_scope_where_issuer_key_and_distribution_point_are_the_same()
    {
        var header = new TestCrl(Root).Read().Header;
        var sameName = new TestCrl(TestCertificate.Authority("Root"));
        var sameKey = new TestCrl(Root) { Issuer = TestCertificate.Name("Other") };
        var otherScope = new TestCrl(Root).Scope(CsrBuilder.Element(0x81, [0xFF]));

        Assert.True(new TestCrl(Root, 9).Read().Header.HasScopeOf(header));
        Assert.False(sameName.Read().Header.HasScopeOf(header));
        Assert.False(sameKey.Read().Header.HasScopeOf(header));
        Assert.False(otherScope.Read().Header.HasScopeOf(header));
    }

    [Theory]
    [InlineData("020100", true)]
    [InlineData("020200FF", true)]
    [InlineData("02147F01020304050607080910111213141516171819", true)]
    [InlineData("020180", false)]
    [InlineData("0201FF", false)]
    [InlineData("02157F0001020304050607080910111213141516171819", false)]
    public void A_number_is_not_negative_and_of_at_most_20_octets(string number, bool valid) => Assert.Equal(
        valid, CertificateRevocationList.TryRead(new TestCrl(Root).With(Oids.CrlNumber, false, Convert.FromHexString(number)).Build(), out _));

    [Fact]
    public void A_signature_of_bits_that_are_no_octets_is_refused()
    {
        var list = new TestCrl(Root) { ChangeSignature = EvenSignature }.Build();
        Assert.True(CertificateRevocationList.TryRead(list, out _));
        Assert.False(CertificateRevocationList.TryRead(WithUnusedBit(list), out _));

        var leaf = TestCertificate.Leaf("leaf", Root);
        leaf.ChangeSignature = EvenSignature;
        ParsedCertificate.Read(leaf.Der);
        Assert.Throws<System.Formats.Asn1.AsnContentException>(() => ParsedCertificate.Read(WithUnusedBit(leaf.Der)));
    }

    // A fixed length tells where the signature's count of unused bits stands, an even end that its last bit can be one.
    private static byte[] EvenSignature(byte[] signature) => new byte[70];

    private static byte[] WithUnusedBit(byte[] der)
    {
        var changed = der.ToArray();
        changed[^71] = 1;
        return changed;
    }
}
