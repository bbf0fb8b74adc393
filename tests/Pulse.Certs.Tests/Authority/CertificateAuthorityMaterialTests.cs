using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Time.Testing;

namespace Pulse.Certs.Tests;

public class CertificateAuthorityMaterialTests
{
    [Fact]
    public void Makes_an_authority_that_may_sign_leaves_and_CRLs_and_no_further_authority()
    {
        using var certificate = X509Certificate2.CreateFromPem(Harness.Material.CertificatePem);

        Assert.Equal("CN=Test Device CA", certificate.Subject);
        Assert.Equal(certificate.SubjectName.RawData, certificate.IssuerName.RawData);
        Assert.Equal(3, certificate.Version);
        var basic = certificate.Extensions.OfType<X509BasicConstraintsExtension>().Single();
        Assert.True(basic is { Critical: true, CertificateAuthority: true, HasPathLengthConstraint: true, PathLengthConstraint: 0 });
        var usage = certificate.Extensions.OfType<X509KeyUsageExtension>().Single();
        Assert.True(usage.Critical);
        Assert.Equal(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, usage.KeyUsages);
        Assert.Equal(20, certificate.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Single().SubjectKeyIdentifierBytes.Length);
        using var key = certificate.GetECDsaPublicKey();
        Assert.Equal("1.2.840.10045.3.1.7", key!.ExportParameters(false).Curve.Oid.Value);
    }

    [Fact]
    public void Is_valid_from_five_minutes_ago_for_its_lifetime()
    {
        using var certificate = X509Certificate2.CreateFromPem(Harness.Material.CertificatePem);
        var now = new DateTime(2026, 6, 1, 12, 0, 0, DateTimeKind.Utc);

        Assert.Equal(now.AddMinutes(-5), certificate.NotBefore.ToUniversalTime());
        Assert.Equal(now.AddDays(3650), certificate.NotAfter.ToUniversalTime());
    }

    [Fact]
    public void Encrypts_the_key_with_AES_256_and_at_least_100000_iterations_of_SHA_256()
    {
        var pem = CertificateAuthorityMaterial.Create("CA", TimeSpan.FromDays(1), "secret", TimeProvider.System).EncryptedPrivateKeyPem;
        var fields = PemEncoding.Find(pem);
        Assert.Equal("ENCRYPTED PRIVATE KEY", pem[fields.Label]);

        var scheme = new AsnReader(Convert.FromBase64String(pem[fields.Base64Data]), AsnEncodingRules.DER).ReadSequence().ReadSequence();
        Assert.Equal("1.2.840.113549.1.5.13", scheme.ReadObjectIdentifier());
        var parameters = scheme.ReadSequence();
        var derivation = parameters.ReadSequence();
        Assert.Equal("1.2.840.113549.1.5.12", derivation.ReadObjectIdentifier());
        var pbkdf2 = derivation.ReadSequence();
        pbkdf2.ReadOctetString();
        Assert.InRange(pbkdf2.ReadInteger(), 100_000, 5_000_000);
        Assert.Equal("1.2.840.113549.2.9", pbkdf2.ReadSequence().ReadObjectIdentifier());
        Assert.Equal("2.16.840.1.101.3.4.1.42", parameters.ReadSequence().ReadObjectIdentifier());
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a\nb")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345")]
    public void Refuses_a_common_name_out_of_range(string name) => Assert.ThrowsAny<ArgumentException>(
        () => CertificateAuthorityMaterial.Create(name, TimeSpan.FromDays(1), "secret", TimeProvider.System));

    [Fact]
    public void Refuses_an_empty_password_and_a_lifetime_under_a_day()
    {
        Assert.ThrowsAny<ArgumentException>(
            () => CertificateAuthorityMaterial.Create("CA", TimeSpan.FromDays(1), string.Empty, TimeProvider.System));
        Assert.ThrowsAny<ArgumentException>(
            () => CertificateAuthorityMaterial.Create("CA", TimeSpan.FromDays(1) - TimeSpan.FromTicks(1), "secret", TimeProvider.System));
    }

    [Fact]
    public void Makes_another_key_each_time()
    {
        var other = CertificateAuthorityMaterial.Create("Test Device CA", TimeSpan.FromDays(1), "secret", new FakeTimeProvider(Harness.Start), 1000);
        using var first = X509Certificate2.CreateFromPem(Harness.Material.CertificatePem);
        using var second = X509Certificate2.CreateFromPem(other.CertificatePem);

        Assert.NotEqual(first.PublicKey.ExportSubjectPublicKeyInfo(), second.PublicKey.ExportSubjectPublicKeyInfo());
        Assert.NotEqual(first.SerialNumber, second.SerialNumber);
    }
}
