using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Time.Testing;

namespace Pulse.Certs.Tests;

public class IntermediateAuthorityTests
{
    private static readonly FakeTimeProvider Time = new(Harness.Start);

    private static readonly CertificateAuthorityMaterial Root =
        CertificateAuthorityMaterial.Create("Root CA", TimeSpan.FromDays(100), "root", Time, iterations: 1000, pathLength: 1);

    private static readonly ICaSigner RootSigner = CaSigners.FromEncryptedPem(Root.CertificatePem, Root.EncryptedPrivateKeyPem, "root");

    [Fact]
    public async Task Is_signed_by_the_root_and_issues_to_devices_alone()
    {
        var material = await CreateAsync(RootSigner, TimeSpan.FromDays(30));
        using var root = X509Certificate2.CreateFromPem(Root.CertificatePem);
        using var certificate = X509Certificate2.CreateFromPem(material.CertificatePem);

        Assert.Equal("CN=Issuing CA", certificate.Subject);
        Assert.Equal(root.SubjectName.RawData, certificate.IssuerName.RawData);
        var basic = certificate.Extensions.OfType<X509BasicConstraintsExtension>().Single();
        Assert.True(basic is { Critical: true, CertificateAuthority: true, HasPathLengthConstraint: true, PathLengthConstraint: 0 });
        var usage = certificate.Extensions.OfType<X509KeyUsageExtension>().Single();
        Assert.True(usage.Critical);
        Assert.Equal(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, usage.KeyUsages);
        var authority = certificate.Extensions.OfType<X509AuthorityKeyIdentifierExtension>().Single();
        Assert.Equal(
            root.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Single().SubjectKeyIdentifierBytes.ToArray(), authority.KeyIdentifier!.Value.ToArray());
        var start = new DateTime(2026, 6, 1, 12, 0, 0, DateTimeKind.Utc);
        Assert.Equal((start.AddMinutes(-5), start.AddDays(30)), (certificate.NotBefore.ToUniversalTime(), certificate.NotAfter.ToUniversalTime()));
    }

    [Fact]
    public async Task Builds_a_chain_that_dotnet_accepts()
    {
        var material = await CreateAsync(RootSigner, TimeSpan.FromDays(30));
        var harness = new Harness(signer: CaSigners.FromEncryptedPem(material.CertificatePem, material.EncryptedPrivateKeyPem, "secret"));
        var issued = await harness.IssueAsync(Harness.Device());
        using var leaf = X509CertificateLoader.LoadCertificate(issued.Der.Span);
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(X509Certificate2.CreateFromPem(Root.CertificatePem));
        chain.ChainPolicy.ExtraStore.Add(X509Certificate2.CreateFromPem(material.CertificatePem));
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = Harness.Start.UtcDateTime;

        Assert.True(chain.Build(leaf), string.Join(", ", chain.ChainStatus.Select(status => status.StatusInformation)));
        Assert.Equal(3, chain.ChainElements.Count);
        Assert.True(harness.Validate(issued.Der).IsValid);
    }

    [Fact]
    public async Task Ends_and_begins_within_the_root()
    {
        var material = await CreateAsync(RootSigner, TimeSpan.FromDays(200));

        using var root = X509Certificate2.CreateFromPem(Root.CertificatePem);
        using var certificate = X509Certificate2.CreateFromPem(material.CertificatePem);
        Assert.Equal((root.NotBefore, root.NotAfter), (certificate.NotBefore, certificate.NotAfter));
        var later = new FakeTimeProvider(Harness.Start.AddDays(1));
        using var second = X509Certificate2.CreateFromPem((await CertificateAuthorityMaterial.CreateIntermediateAsync(
            RootSigner, "CA", TimeSpan.FromDays(2), "secret", later, 1000, CancellationToken.None)).CertificatePem);
        Assert.Equal(root.NotBefore.AddDays(1), second.NotBefore);
        Assert.Equal(root.NotBefore.AddDays(3).AddMinutes(5), second.NotAfter);
    }

    [Fact]
    public async Task Is_not_made_by_an_authority_that_may_sign_none_or_is_not_valid()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => CreateAsync(Harness.Signer, TimeSpan.FromDays(30)));
        await Assert.ThrowsAsync<ArgumentException>(() => CertificateAuthorityMaterial.CreateIntermediateAsync(
            RootSigner, "CA", TimeSpan.FromDays(2), "secret", new FakeTimeProvider(Harness.Start.AddDays(101)), 1000, CancellationToken.None));
        await Assert.ThrowsAsync<ArgumentNullException>(
            () => CertificateAuthorityMaterial.CreateIntermediateAsync(null!, "CA", TimeSpan.FromDays(2), "secret", Time));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => CertificateAuthorityMaterial.CreateIntermediateAsync(RootSigner, "CA", TimeSpan.FromHours(23), "secret", Time));
    }

    [Fact]
    public async Task Is_not_made_with_a_signature_that_does_not_verify()
    {
        var broken = new BrokenSigner();

        await Assert.ThrowsAsync<CryptographicException>(() => CreateAsync(broken, TimeSpan.FromDays(30)));
    }

    [Fact]
    public void Needs_a_root_of_path_length_one_which_CreateRoot_makes()
    {
        using var root = X509Certificate2.CreateFromPem(
            CertificateAuthorityMaterial.CreateRoot("Root", TimeSpan.FromDays(1), "secret", Time).CertificatePem);

        Assert.Equal(1, root.Extensions.OfType<X509BasicConstraintsExtension>().Single().PathLengthConstraint);
        Assert.Throws<ArgumentNullException>(() => CertificateAuthorityMaterial.CreateRoot("Root", TimeSpan.FromDays(1), "secret", null!));
    }

    private static Task<CertificateAuthorityMaterial> CreateAsync(ICaSigner root, TimeSpan lifetime) =>
        CertificateAuthorityMaterial.CreateIntermediateAsync(root, "Issuing CA", lifetime, "secret", Time, 1000, CancellationToken.None);

    private sealed class BrokenSigner : ICaSigner
    {
        public ReadOnlyMemory<byte> CertificateDer => RootSigner.CertificateDer;

        public ValueTask<byte[]> SignAsync(ReadOnlyMemory<byte> toBeSigned, CancellationToken cancellationToken) =>
            RootSigner.SignAsync(new byte[] { 1 }, cancellationToken);
    }
}
