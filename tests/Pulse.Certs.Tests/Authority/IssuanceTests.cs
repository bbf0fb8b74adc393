using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Pulse.Certs.Tests;

public class IssuanceTests
{
    [Fact]
    public async Task Issues_what_the_framework_reads_as_the_template_says()
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var csr = new CertificateRequest("CN=whoever, O=wherever", key, HashAlgorithmName.SHA256).CreateSigningRequest();
        var harness = new Harness();

        var issued = await harness.IssueAsync(Harness.Device(), csr);

        using var certificate = X509CertificateLoader.LoadCertificate(issued.Der.Span);
        using var issuer = X509CertificateLoader.LoadCertificate(Harness.Signer.CertificateDer.Span);
        Assert.Equal(3, certificate.Version);
        Assert.Equal("CN=acme:pump-1", certificate.Subject);
        Assert.Equal(issuer.SubjectName.RawData, certificate.IssuerName.RawData);
        Assert.Equal(key.ExportSubjectPublicKeyInfo(), certificate.PublicKey.ExportSubjectPublicKeyInfo());
        Assert.Equal("1.2.840.10045.4.3.2", certificate.SignatureAlgorithm.Value);
        var basic = certificate.Extensions.OfType<X509BasicConstraintsExtension>().Single();
        Assert.True(basic is { Critical: true, CertificateAuthority: false, HasPathLengthConstraint: false });
        var usage = certificate.Extensions.OfType<X509KeyUsageExtension>().Single();
        Assert.True(usage is { Critical: true, KeyUsages: X509KeyUsageFlags.DigitalSignature });
        var purposes = certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().Single();
        Assert.Equal(["1.3.6.1.5.5.7.3.2"], purposes.EnhancedKeyUsages.Cast<Oid>().Select(oid => oid.Value));
        Assert.False(purposes.Critical);
        Assert.False(certificate.Extensions["2.5.29.17"]!.Critical);
        Assert.Equal(
            issuer.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Single().SubjectKeyIdentifierBytes.ToArray(),
            certificate.Extensions.OfType<X509AuthorityKeyIdentifierExtension>().Single().KeyIdentifier!.Value.ToArray());
        var point = key.ExportSubjectPublicKeyInfo()[^65..];
        Assert.Equal(
            SHA256.HashData(point)[..20],
            certificate.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Single().SubjectKeyIdentifierBytes.ToArray());
    }

    [Fact]
    public async Task Names_the_place_of_the_CRL_where_one_is_set_and_nowhere_else()
    {
        var silent = await new Harness().IssueAsync(Harness.Device());
        var harness = new Harness(options => options.CrlUrl = new Uri("http://crl.example.org/gerät.crl"));
        var issued = await harness.IssueAsync(Harness.Device());

        using var without = X509CertificateLoader.LoadCertificate(silent.Der.Span);
        using var with = X509CertificateLoader.LoadCertificate(issued.Der.Span);
        Assert.Null(without.Extensions["2.5.29.31"]);
        var expected = CertificateRevocationListBuilder.BuildCrlDistributionPointExtension(["http://crl.example.org/ger%C3%A4t.crl"]);
        Assert.Equal(expected.RawData, with.Extensions["2.5.29.31"]!.RawData);
        Assert.False(with.Extensions["2.5.29.31"]!.Critical);
        Assert.True(harness.Validate(issued.Der).IsValid);
    }

    [Fact]
    public async Task Builds_a_chain_the_framework_accepts()
    {
        var issued = await new Harness().IssueAsync(Harness.Device());
        using var issuer = X509CertificateLoader.LoadCertificate(Harness.Signer.CertificateDer.Span);
        using var certificate = X509CertificateLoader.LoadCertificate(issued.Der.Span);
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(issuer);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = Harness.Start.UtcDateTime;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.2"));

        Assert.True(chain.Build(certificate));
    }

    [Fact]
    public async Task Describes_the_certificate_it_answers()
    {
        var issued = await new Harness().IssueAsync(Harness.Device());

        using var certificate = X509Certificate2.CreateFromPem(issued.Pem);
        Assert.Equal(certificate.RawData, issued.Der.ToArray());
        Assert.Equal(Convert.ToHexStringLower(certificate.SerialNumberBytes.Span), issued.SerialNumber);
        Assert.Equal(certificate.GetCertHashString(HashAlgorithmName.SHA256), issued.Sha256Fingerprint, ignoreCase: true);
        Assert.Equal(issued.Sha256Fingerprint.ToUpperInvariant(), certificate.GetCertHashString(HashAlgorithmName.SHA256));
        Assert.Equal(certificate.NotBefore.ToUniversalTime(), issued.NotBefore.UtcDateTime);
        Assert.Equal(certificate.NotAfter.ToUniversalTime(), issued.NotAfter.UtcDateTime);
        Assert.Equal(Harness.Device(), issued.Device);
    }

    [Fact]
    public async Task Dates_back_five_minutes_and_cuts_to_whole_seconds()
    {
        var issued = await new Harness().IssueAsync(Harness.Device());

        Assert.Equal(new DateTimeOffset(2026, 6, 1, 11, 55, 0, TimeSpan.Zero), issued.NotBefore);
        Assert.Equal(new DateTimeOffset(2026, 8, 30, 12, 0, 0, TimeSpan.Zero), issued.NotAfter);
    }

    [Fact]
    public async Task Never_outlives_nor_predates_its_issuer()
    {
        var early = new Harness(options => options.Backdate = TimeSpan.FromMinutes(50));
        var late = new Harness();
        late.Time.Advance(TimeSpan.FromDays(3649));

        Assert.Equal(new DateTimeOffset(2026, 6, 1, 11, 55, 0, TimeSpan.Zero), (await early.IssueAsync(Harness.Device())).NotBefore);
        Assert.Equal(new DateTimeOffset(2036, 5, 29, 12, 0, 0, TimeSpan.Zero), (await late.IssueAsync(Harness.Device())).NotAfter);
    }

    [Fact]
    public async Task Refuses_to_issue_outside_of_the_issuers_validity()
    {
        var harness = new Harness();
        harness.Time.Advance(TimeSpan.FromDays(3650) + TimeSpan.FromSeconds(1));
        Assert.Equal(IssueRefusal.IssuerNotValid, await harness.RefusalOfAsync(new CsrBuilder().Build()));

        harness = new Harness();
        harness.Time.AutoAdvanceAmount = TimeSpan.Zero;
        harness.Time.AdjustTime(Harness.Start - TimeSpan.FromMinutes(6));
        Assert.Equal(IssueRefusal.IssuerNotValid, await harness.RefusalOfAsync(new CsrBuilder().Build()));
    }

    [Fact]
    public async Task Writes_years_from_2050_as_GeneralizedTime()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(Harness.Start);
        var material = CertificateAuthorityMaterial.Create("Long CA", TimeSpan.FromDays(365 * 40), "secret", time, iterations: 1000);
        var harness = new Harness(signer: CaSigners.FromEncryptedPem(material.CertificatePem, material.EncryptedPrivateKeyPem, "secret"));
        harness.Time.SetUtcNow(new DateTimeOffset(2049, 12, 31, 23, 59, 59, TimeSpan.Zero) - TimeSpan.FromDays(90));
        var before = await harness.IssueAsync(Harness.Device());
        harness.Time.Advance(TimeSpan.FromSeconds(1));
        var after = await harness.IssueAsync(Harness.Device());

        Assert.Contains("170D3439313233313233353935395A", Convert.ToHexString(before.Der.Span), StringComparison.Ordinal);
        Assert.Contains("180F32303530303130313030303030305A", Convert.ToHexString(after.Der.Span), StringComparison.Ordinal);
        Assert.Equal(2050, after.NotAfter.Year);
        using var certificate = X509CertificateLoader.LoadCertificate(after.Der.Span);
        Assert.Equal(2050, certificate.NotAfter.ToUniversalTime().Year);
    }

    [Fact]
    public void Draws_positive_serial_numbers_of_16_octets()
    {
        var serials = Enumerable.Range(0, 2000).Select(_ => SerialNumber.Create()).ToList();

        Assert.All(serials, serial => Assert.Equal(16, serial.Length));
        Assert.All(serials, serial => Assert.InRange(serial[0], 0x40, 0x7F));
        Assert.Equal(64, serials.Select(serial => serial[0]).Distinct().Count());
        Assert.Equal(2000, serials.Select(Convert.ToHexString).Distinct().Count());
    }

    [Fact]
    public async Task Tries_another_serial_number_once_and_then_says_the_generator_is_broken()
    {
        var harness = new Harness();
        harness.Store.Forced.Enqueue(AddOutcome.SerialTaken);
        await harness.IssueAsync(Harness.Device());
        Assert.Equal(2, harness.Store.AddCalls);

        harness.Store.Forced.Enqueue(AddOutcome.SerialTaken);
        harness.Store.Forced.Enqueue(AddOutcome.SerialTaken);
        await Assert.ThrowsAsync<CryptographicException>(() => harness.IssueAsync(Harness.Device()));
    }

    [Fact]
    public async Task Holds_a_device_to_its_number_of_live_certificates()
    {
        var harness = new Harness();
        var first = await harness.IssueAsync(Harness.Device());
        await harness.IssueAsync(Harness.Device());

        var third = await harness.Authority.IssueAsync(Harness.Device(), new CsrBuilder().Build());
        Assert.Equal(IssueRefusal.TooManyActive, third.Refusal);
        await harness.IssueAsync(Harness.Device("pump-2"));

        await harness.Authority.RevokeAsync(Harness.Device(), first.SerialNumber, RevocationReason.Superseded);
        await harness.IssueAsync(Harness.Device());
    }

    [Fact]
    public async Task Lists_live_certificates_alone()
    {
        var harness = new Harness();
        var first = await harness.IssueAsync(Harness.Device());
        var second = await harness.IssueAsync(Harness.Device());
        await harness.IssueAsync(Harness.Device("pump-2"));
        await harness.Authority.RevokeAsync(Harness.Device(), first.SerialNumber, RevocationReason.Superseded);

        var live = Assert.Single(await harness.Authority.ListActiveAsync(Harness.Device()));
        Assert.Equal(second.SerialNumber, live.SerialNumber);
        Assert.Equal(Harness.Device(), live.Device);

        harness.Time.Advance(TimeSpan.FromDays(91));
        Assert.Empty(await harness.Authority.ListActiveAsync(Harness.Device()));
    }

    [Fact]
    public async Task Issues_a_server_certificate_for_its_names()
    {
        var names = new ServerNames(["mqtt.example.org", "localhost"], [IPAddress.Loopback, IPAddress.IPv6Loopback]);
        var harness = new Harness(options => options.ServerLifetime = TimeSpan.FromDays(30));

        var result = await harness.Authority.IssueServerAsync(names, new CsrBuilder().Build());

        using var certificate = X509CertificateLoader.LoadCertificate(result.Certificate!.Der.Span);
        Assert.Null(result.Certificate.Device);
        Assert.Equal("CN=mqtt.example.org", certificate.Subject);
        Assert.True(certificate.MatchesHostname("mqtt.example.org"));
        Assert.True(certificate.MatchesHostname("localhost"));
        Assert.True(certificate.MatchesHostname("127.0.0.1"));
        Assert.True(certificate.MatchesHostname("::1"));
        Assert.False(certificate.MatchesHostname("example.org"));
        Assert.Equal(
            ["1.3.6.1.5.5.7.3.1"],
            certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().Single().EnhancedKeyUsages.Cast<Oid>().Select(oid => oid.Value));
        Assert.Equal(new DateTimeOffset(2026, 7, 1, 12, 0, 0, TimeSpan.Zero), result.Certificate.NotAfter);
    }

    [Theory]
    [InlineData(64, false)]
    [InlineData(65, true)]
    public async Task Leaves_the_subject_empty_for_a_long_server_name_and_makes_the_alternative_name_critical(int length, bool empty)
    {
        var name = new string('a', length - 30) + "." + new string('b', 29);
        var result = await new Harness().Authority.IssueServerAsync(new ServerNames([name], []), new CsrBuilder().Build());

        using var certificate = X509CertificateLoader.LoadCertificate(result.Certificate!.Der.Span);
        Assert.Equal(empty ? string.Empty : "CN=" + name, certificate.Subject);
        Assert.Equal(empty, certificate.Extensions["2.5.29.17"]!.Critical);
        Assert.True(certificate.MatchesHostname(name));
    }

    [Fact]
    public async Task Names_a_server_without_a_host_name_by_its_address()
    {
        var result = await new Harness().Authority.IssueServerAsync(new ServerNames([], [IPAddress.Loopback]), new CsrBuilder().Build());

        using var certificate = X509CertificateLoader.LoadCertificate(result.Certificate!.Der.Span);
        Assert.Equal("CN=127.0.0.1", certificate.Subject);
    }

    [Fact]
    public async Task Stores_nothing_when_the_signature_is_not_the_issuers()
    {
        var harness = new Harness(signer: new BadSigner());

        await Assert.ThrowsAsync<CryptographicException>(() => harness.IssueAsync(Harness.Device()));

        Assert.Equal(0, harness.Store.AddCalls);
    }

    [Fact]
    public async Task Refuses_the_default_device()
    {
        var authority = new Harness().Authority;

        await Assert.ThrowsAsync<ArgumentException>(async () => await authority.IssueAsync(default, new CsrBuilder().Build()));
        await Assert.ThrowsAsync<ArgumentException>(async () => await authority.RevokeAsync(default, "01", RevocationReason.Superseded));
        await Assert.ThrowsAsync<ArgumentException>(async () => await authority.ListActiveAsync(default));
    }

    [Fact]
    public async Task Logs_and_counts_an_issue_and_a_refusal()
    {
        var harness = new Harness();
        using var issued = Metrics.Collect<long>(harness, "pulse.certs.issued");
        using var refused = Metrics.Collect<long>(harness, "pulse.certs.refused");

        await harness.IssueAsync(Harness.Device());
        await harness.Authority.IssueAsync(Harness.Device(), new byte[1]);
        await harness.Authority.IssueServerAsync(new ServerNames(["a"], []), new byte[1]);

        Assert.Equal("Device", Assert.Single(issued.GetMeasurementSnapshot()).Tags["purpose"]);
        Assert.Equal(["Device", "Server"], refused.GetMeasurementSnapshot().Select(measured => measured.Tags["purpose"]));
        Assert.All(refused.GetMeasurementSnapshot(), measured => Assert.Equal("RequestMalformed", measured.Tags["reason"]));
        Assert.Equal([4000, 4001, 4001], harness.Logs.GetSnapshot().Select(record => record.Id.Id));
    }

    /// <summary>Answers the two plain numbers that key services like to answer.</summary>
    private sealed class BadSigner : ICaSigner
    {
        public ReadOnlyMemory<byte> CertificateDer => Harness.Signer.CertificateDer;

        public ValueTask<byte[]> SignAsync(ReadOnlyMemory<byte> toBeSigned, CancellationToken cancellationToken) =>
            ValueTask.FromResult(RandomNumberGenerator.GetBytes(64));
    }
}
