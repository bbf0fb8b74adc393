using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Pulse.Certs.Tests;

public class CaSignersTests
{
    private static readonly PbeParameters Quick = new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000);

    [Fact]
    public async Task Signs_with_the_key_of_its_certificate()
    {
        byte[] data = [1, 2, 3];
        var signature = await Harness.Signer.SignAsync(data, CancellationToken.None);

        using var certificate = X509CertificateLoader.LoadCertificate(Harness.Signer.CertificateDer.Span);
        using var key = certificate.GetECDsaPublicKey();
        Assert.True(key!.VerifyData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
    }

    [Fact]
    public async Task Signs_nothing_once_cancelled() => await Assert.ThrowsAnyAsync<OperationCanceledException>(
        async () => await Harness.Signer.SignAsync(new byte[] { 1 }, new CancellationToken(canceled: true)));

    [Theory]
    [InlineData("PRIVATE KEY")]
    [InlineData("EC PRIVATE KEY")]
    public void Refuses_an_unencrypted_key_and_says_how_to_encrypt_it(string label)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var pem = PemEncoding.WriteString(label, label == "PRIVATE KEY" ? key.ExportPkcs8PrivateKey() : key.ExportECPrivateKey());

        var refused = Assert.Throws<ArgumentException>(
            () => CaSigners.FromEncryptedPem(Harness.Material.CertificatePem, pem, Harness.Password));

        Assert.Contains("not encrypted", refused.Message, StringComparison.Ordinal);
        Assert.Contains("openssl pkcs8 -topk8", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Takes_an_unencrypted_key_only_where_it_is_named()
    {
        using var key = ECDsa.Create();
        key.ImportFromEncryptedPem(Harness.Material.EncryptedPrivateKeyPem, Harness.Password);
        var signer = CaSigners.FromUnencryptedPem(Harness.Material.CertificatePem, key.ExportPkcs8PrivateKeyPem());
        byte[] data = [1, 2, 3];

        Assert.True(key.VerifyData(data, await signer.SignAsync(data, default), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
    }

    [Fact]
    public void Refuses_an_unencrypted_key_that_is_another_or_none()
    {
        var certificate = Harness.Material.CertificatePem;
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var rsa = RSA.Create(2048);

        var strange = Assert.Throws<ArgumentException>(() => CaSigners.FromUnencryptedPem(certificate, other.ExportPkcs8PrivateKeyPem()));
        var wrong = Assert.Throws<ArgumentException>(() => CaSigners.FromUnencryptedPem(certificate, rsa.ExportPkcs8PrivateKeyPem()));
        var encrypted = Assert.Throws<ArgumentException>(() => CaSigners.FromUnencryptedPem(certificate, Harness.Material.EncryptedPrivateKeyPem));

        Assert.Contains("do not belong together", strange.Message, StringComparison.Ordinal);
        Assert.Equal("privateKeyPem", wrong.ParamName);
        Assert.Contains("labelled ENCRYPTED PRIVATE KEY", encrypted.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => CaSigners.FromUnencryptedPem(" ", other.ExportPkcs8PrivateKeyPem()));
        Assert.Throws<ArgumentException>(() => CaSigners.FromUnencryptedPem(certificate, " "));
    }

    [Fact]
    public void Refuses_a_wrong_password_without_repeating_it()
    {
        var refused = Assert.Throws<ArgumentException>(() => CaSigners.FromEncryptedPem(
            Harness.Material.CertificatePem, Harness.Material.EncryptedPrivateKeyPem, "wrong-secret"));

        Assert.DoesNotContain("wrong-secret", refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_a_key_that_is_not_the_certificates()
    {
        var other = ECDsa.Create(ECCurve.NamedCurves.nistP256).ExportEncryptedPkcs8PrivateKeyPem("secret", Quick);

        var refused = Assert.Throws<ArgumentException>(() => CaSigners.FromEncryptedPem(Harness.Material.CertificatePem, other, "secret"));

        Assert.Contains("do not belong together", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_an_RSA_key() => Assert.Throws<ArgumentException>(() => CaSigners.FromEncryptedPem(
        Harness.Material.CertificatePem, RSA.Create(2048).ExportEncryptedPkcs8PrivateKeyPem("secret", Quick), "secret"));

    [Fact]
    public void Refuses_text_that_is_no_PEM_and_blocks_in_each_others_place()
    {
        var (certificate, key) = (Harness.Material.CertificatePem, Harness.Material.EncryptedPrivateKeyPem);

        Assert.Throws<ArgumentException>(() => CaSigners.FromEncryptedPem("nothing", key, Harness.Password));
        Assert.Throws<ArgumentException>(() => CaSigners.FromEncryptedPem(certificate, "nothing", Harness.Password));
        Assert.Throws<ArgumentException>(() => CaSigners.FromEncryptedPem(key, key, Harness.Password));
        Assert.Throws<ArgumentException>(() => CaSigners.FromEncryptedPem(certificate, certificate, Harness.Password));
    }

    [Theory]
    [InlineData("no basic constraints")]
    [InlineData("it is no authority")]
    [InlineData("no key usage")]
    [InlineData("lacks keyCertSign")]
    [InlineData("no subject key identifier")]
    [InlineData("its key is not P-256")]
    public void Refuses_a_certificate_that_cannot_issue(string reason)
    {
        var curve = reason.StartsWith("its key", StringComparison.Ordinal) ? ECCurve.NamedCurves.nistP521 : ECCurve.NamedCurves.nistP384;
        var key = ECDsa.Create(curve);
        var request = new CertificateRequest("CN=x", key, HashAlgorithmName.SHA384);
        if (reason != "no basic constraints")
        {
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(reason != "it is no authority", false, 0, true));
        }

        if (reason != "no key usage")
        {
            request.CertificateExtensions.Add(new X509KeyUsageExtension(
                reason == "lacks keyCertSign" ? X509KeyUsageFlags.DigitalSignature : X509KeyUsageFlags.KeyCertSign, true));
        }

        if (reason != "no subject key identifier")
        {
            request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        }

        var pem = request.CreateSelfSigned(Harness.Start, Harness.Start.AddDays(9)).ExportCertificatePem();

        var refused = Assert.Throws<ArgumentException>(
            () => CaSigners.FromEncryptedPem(pem, key.ExportEncryptedPkcs8PrivateKeyPem("secret", Quick), "secret"));

        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Signs_with_SHA_384_under_a_P384_key()
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var request = new CertificateRequest("CN=x", key, HashAlgorithmName.SHA384);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        var pem = request.CreateSelfSigned(Harness.Start.AddDays(-1), Harness.Start.AddDays(9)).ExportCertificatePem();
        var signer = CaSigners.FromEncryptedPem(pem, key.ExportEncryptedPkcs8PrivateKeyPem("secret", Quick), "secret");
        var harness = new Harness(signer: signer);

        var issued = await harness.IssueAsync(Harness.Device());

        using var certificate = X509CertificateLoader.LoadCertificate(issued.Der.Span);
        Assert.Equal("1.2.840.10045.4.3.3", certificate.SignatureAlgorithm.Value);
        Assert.True(harness.Validate(issued.Der).IsValid);
    }
}
