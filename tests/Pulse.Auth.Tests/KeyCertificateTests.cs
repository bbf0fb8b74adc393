using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.IdentityModel.Tokens;

namespace Pulse.Auth.Tests;

public sealed class KeyCertificateTests
{
    private const PulseJwtAlgorithms All = (PulseJwtAlgorithms)31;
    private static readonly ECDsa OtherP256 = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private static readonly string RsaCertificate = Certificate(TestKeys.Rsa);

    [Fact]
    public void A12_A_certificate_that_holds_the_key_is_accepted()
    {
        Assert.Equal(KeyVerdict.Usable, Judge(TestKeys.Jwk(TestKeys.Rsa, rest: X5c(RsaCertificate))));
        Assert.Equal(KeyVerdict.Usable, Judge(TestKeys.Jwk(TestKeys.P256, "ec", "P-256", X5c(Certificate(TestKeys.P256)))));
        Assert.Equal(KeyVerdict.Usable, Judge(TestKeys.Jwk(TestKeys.P521, "ec", "P-521", X5c(Certificate(TestKeys.P521)))));
    }

    [Fact]
    public void A12_A_certificate_that_holds_another_key_refuses_the_key()
    {
        Assert.Equal(KeyVerdict.CertificateMismatch, Judge(TestKeys.Jwk(TestKeys.Rsa, rest: X5c(Certificate(TestKeys.OtherRsa)))));
        Assert.Equal(KeyVerdict.CertificateMismatch, Judge(TestKeys.Jwk(TestKeys.Rsa, rest: X5c(Certificate(TestKeys.P256)))));
        Assert.Equal(KeyVerdict.CertificateMismatch, Judge(TestKeys.Jwk(TestKeys.P256, "ec", "P-256", X5c(Certificate(OtherP256)))));
        Assert.Equal(KeyVerdict.CertificateMismatch, Judge(TestKeys.Jwk(TestKeys.P256, "ec", "P-256", X5c(Certificate(TestKeys.P384)))));
        Assert.Equal(KeyVerdict.CertificateMismatch, Judge(TestKeys.Jwk(TestKeys.P256, "ec", "P-256", X5c(RsaCertificate))));
    }

    [Fact]
    public void A12_Modulus_and_exponent_and_both_coordinates_are_compared()
    {
        var rsa = TestKeys.Rsa.ExportParameters(false);
        var otherExponent = new JsonWebKey { Kty = "RSA", Kid = "rsa", N = TestKeys.Url(rsa.Modulus!), E = TestKeys.Url([1, 0, 3]) };
        otherExponent.X5c.Add(RsaCertificate);
        Assert.Equal(KeyVerdict.CertificateMismatch, KeyAdmission.Judge(otherExponent, All, out _));

        var ec = TestKeys.P256.ExportParameters(false);
        var certificate = Certificate(TestKeys.P256);
        Assert.True(KeyCertificate.Holds(certificate, ec));
        Assert.False(KeyCertificate.Holds(certificate, ec with { Q = new ECPoint { X = ec.Q.X, Y = Flip(ec.Q.Y!) } }));
        Assert.False(KeyCertificate.Holds(certificate, ec with { Q = new ECPoint { X = Flip(ec.Q.X!), Y = ec.Q.Y } }));
        Assert.False(KeyCertificate.Holds(certificate, ec with { Curve = ECCurve.NamedCurves.nistP384 }));
    }

    [Theory]
    [InlineData("")]
    [InlineData("?")]
    [InlineData("AAAA")]
    public void A12_A_certificate_that_cannot_be_read_refuses_the_key(string certificate)
    {
        Assert.Equal(KeyVerdict.CertificateMismatch, Judge(TestKeys.Jwk(TestKeys.Rsa, rest: X5c(certificate))));
        Assert.Equal(KeyVerdict.CertificateMismatch, Judge(TestKeys.Jwk(TestKeys.P256, "ec", "P-256", X5c(certificate))));
    }

    [Fact]
    public void A12_A_certificate_of_a_curve_nobody_knows_refuses_the_key()
    {
        // Another identifier in the place of the curve's, 1.2.840.10045.3.1.7.
        var der = Convert.FromBase64String(Certificate(TestKeys.P256));
        var at = der.AsSpan().IndexOf(Convert.FromHexString("06082A8648CE3D030107"));
        Convert.FromHexString("06082A03040506070809").CopyTo(der.AsSpan(at));

        Assert.Equal(
            KeyVerdict.CertificateMismatch,
            Judge(TestKeys.Jwk(TestKeys.P256, "ec", "P-256", X5c(Convert.ToBase64String(der)))));
    }

    [Fact]
    public void A12_Only_the_first_certificate_counts_and_an_empty_list_is_none()
    {
        Assert.Equal(KeyVerdict.Usable, Judge(TestKeys.Jwk(TestKeys.Rsa, rest: X5c(RsaCertificate, "AAAA"))));
        Assert.Equal(KeyVerdict.CertificateMismatch, Judge(TestKeys.Jwk(TestKeys.Rsa, rest: X5c("AAAA", RsaCertificate))));
        Assert.Equal(KeyVerdict.Usable, Judge(TestKeys.Jwk(TestKeys.Rsa, rest: X5c())));
    }

    private static KeyVerdict Judge(string jwk)
    {
        var verdict = KeyAdmission.Judge(new JsonWebKey(jwk), All, out var key);
        Assert.Equal(verdict == KeyVerdict.Usable, key is not null);
        return verdict;
    }

    private static byte[] Flip(byte[] bytes) => [.. bytes[..^1], (byte)(bytes[^1] ^ 1)];

    private static string X5c(params string[] certificates) => $"\"x5c\":[{string.Join(',', certificates.Select(one => $"\"{one}\""))}]";

    private static string Certificate(RSA key) => Sign(new CertificateRequest("CN=k", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

    private static string Certificate(ECDsa key) => Sign(new CertificateRequest("CN=k", key, HashAlgorithmName.SHA256));

    private static string Sign(CertificateRequest request)
    {
        using var certificate = request.CreateSelfSigned(TokenForge.Now, TokenForge.Now.AddDays(1));
        return Convert.ToBase64String(certificate.RawData);
    }
}
