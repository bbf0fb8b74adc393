using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Time.Testing;

namespace Pulse.Certs.Tests;

/// <summary>Authorities and their texts, made anew in each test: what is made once for all tests proves nothing about a change.</summary>
public class AuthorityDetailTests
{
    private static readonly PbeParameters Quick = new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_new_authority_says_critically_what_it_may_do(int pathLength)
    {
        var material = CertificateAuthorityMaterial.Create(
            "CA", TimeSpan.FromDays(9), "secret", new FakeTimeProvider(Harness.Start), 1000, pathLength);
        using var certificate = X509Certificate2.CreateFromPem(material.CertificatePem);

        var basic = certificate.Extensions.OfType<X509BasicConstraintsExtension>().Single();
        var usage = certificate.Extensions.OfType<X509KeyUsageExtension>().Single();
        Assert.True(basic is { Critical: true, CertificateAuthority: true, HasPathLengthConstraint: true });
        Assert.Equal(pathLength, basic.PathLengthConstraint);
        Assert.True(usage is { Critical: true, KeyUsages: X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign });
        Assert.False(certificate.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Single().Critical);
        Assert.Equal(new DateTime(2026, 6, 1, 11, 55, 0, DateTimeKind.Utc), certificate.NotBefore.ToUniversalTime());
        Assert.Equal(new DateTime(2026, 6, 10, 12, 0, 0, DateTimeKind.Utc), certificate.NotAfter.ToUniversalTime());
    }

    [Fact]
    public void A_common_name_has_up_to_64_characters()
    {
        var longest = new string('x', 64);
        using var certificate = X509Certificate2.CreateFromPem(CertificateAuthorityMaterial.Create(
            longest, TimeSpan.FromDays(1), "secret", new FakeTimeProvider(Harness.Start), 1000).CertificatePem);

        Assert.Equal("CN=" + longest, certificate.Subject);
    }

    [Fact]
    public async Task An_intermediate_authority_begins_no_earlier_than_its_root()
    {
        var root = CertificateAuthorityMaterial.Create("Root", TimeSpan.FromDays(9), "secret", new FakeTimeProvider(Harness.Start), 1000, pathLength: 1);
        var signer = CaSigners.FromEncryptedPem(root.CertificatePem, root.EncryptedPrivateKeyPem, "secret");
        var earlier = new FakeTimeProvider(Harness.Start.AddMinutes(-2));

        using var certificate = X509Certificate2.CreateFromPem((await CertificateAuthorityMaterial.CreateIntermediateAsync(
            signer, "CA", TimeSpan.FromDays(2), "secret", earlier, 1000, CancellationToken.None)).CertificatePem);

        Assert.Equal(new DateTime(2026, 6, 1, 11, 55, 0, DateTimeKind.Utc), certificate.NotBefore.ToUniversalTime());
        Assert.Equal(new DateTime(2026, 6, 3, 11, 58, 0, DateTimeKind.Utc), certificate.NotAfter.ToUniversalTime());
    }

    [Fact]
    public async Task A_missing_clock_is_named_before_a_key_is_made() => await Assert.ThrowsAsync<ArgumentNullException>(
        "time", () => CertificateAuthorityMaterial.CreateIntermediateAsync(Harness.Signer, "CA", TimeSpan.FromDays(2), "secret", null!));

    [Fact]
    public void A_key_that_does_not_open_is_told_with_what_may_be_wrong()
    {
        var (certificate, key) = (Harness.Material.CertificatePem, Harness.Material.EncryptedPrivateKeyPem);
        using var rsa = RSA.Create(2048);

        Says("encryptedPrivateKeyPem", "the password is wrong", () => CaSigners.FromEncryptedPem(certificate, key, "wrong"));
        Says("encryptedPrivateKeyPem", "not an elliptic curve key", () => CaSigners.FromEncryptedPem(certificate, rsa.ExportEncryptedPkcs8PrivateKeyPem("secret", Quick), "secret"));
        Says("privateKeyPem", "not an elliptic curve key", () => CaSigners.FromUnencryptedPem(certificate, rsa.ExportPkcs8PrivateKeyPem()));
    }

    [Fact]
    public void Text_that_is_no_PEM_or_another_block_is_told_with_what_was_expected()
    {
        var (certificate, key) = (Harness.Material.CertificatePem, Harness.Material.EncryptedPrivateKeyPem);

        Says("certificatePem", "No PEM block was found; expected one labelled CERTIFICATE", () => CaSigners.FromEncryptedPem("nothing", key, "secret"));
        Says("encryptedPrivateKeyPem", "No PEM block was found; expected one labelled ENCRYPTED PRIVATE KEY", () => CaSigners.FromEncryptedPem(certificate, "nothing", "secret"));
        Says("encryptedPrivateKeyPem", "labelled CERTIFICATE; expected ENCRYPTED PRIVATE KEY", () => CaSigners.FromEncryptedPem(certificate, certificate, "secret"));
        Says("certificatePem", "labelled ENCRYPTED PRIVATE KEY; expected CERTIFICATE", () => CaSigners.FromEncryptedPem(key, key, "secret"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_request_that_its_caller_changes_meanwhile_is_issued_as_it_was_checked(int below)
    {
        var csr = new CsrBuilder { Subject = CsrBuilder.Element(0x30, CsrBuilder.Rdn("2.5.4.10", 0x0C, [.. Enumerable.Repeat((byte)'x', 100)])) }.Build();
        var key = CertificateRequest.LoadSigningRequest(csr, HashAlgorithmName.SHA256).PublicKey.ExportSubjectPublicKeyInfo();
        var harness = new Harness(options => options.MaxCsrBytes = csr.Length + below, new ChangingSigner(csr));

        var issued = await harness.IssueAsync(Harness.Device(), csr);

        Assert.All(csr, octet => Assert.Equal(0, octet));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(key)), Assert.Single(harness.Store.Certificates).KeySha256);
        using var certificate = X509CertificateLoader.LoadCertificate(issued.Der.Span);
        Assert.Equal(key, certificate.PublicKey.ExportSubjectPublicKeyInfo());
    }

    private static void Says(string parameter, string text, Func<object?> call)
    {
        var refused = Assert.Throws<ArgumentException>(call);
        Assert.Equal(parameter, refused.ParamName);
        Assert.Contains(text, refused.Message, StringComparison.Ordinal);
    }

    private sealed class ChangingSigner(byte[] csr) : ICaSigner
    {
        public ReadOnlyMemory<byte> CertificateDer => Harness.Signer.CertificateDer;

        public ValueTask<byte[]> SignAsync(ReadOnlyMemory<byte> toBeSigned, CancellationToken cancellationToken)
        {
            Array.Clear(csr);
            return Harness.Signer.SignAsync(toBeSigned, cancellationToken);
        }
    }
}
