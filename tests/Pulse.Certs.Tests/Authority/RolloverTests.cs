using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Pulse.Certs.Tests;

public class RolloverTests
{
    private static readonly CertificateAuthorityMaterial Next = CertificateAuthorityMaterial.Create(
        "Test Device CA", TimeSpan.FromDays(3650), "next", new FakeTimeProvider(Harness.Start), iterations: 1000);

    private static readonly ICaSigner NextSigner = CaSigners.FromEncryptedPem(Next.CertificatePem, Next.EncryptedPrivateKeyPem, "next");

    [Theory]
    [InlineData(IssuerState.VerifyOnly, true)]
    [InlineData(IssuerState.Retired, false)]
    [InlineData(IssuerState.Root, false)]
    public async Task Decides_by_its_state_whether_the_old_issuers_certificates_are_good(IssuerState state, bool good)
    {
        var old = await new Harness().IssueAsync(Harness.Device());
        var harness = Rolled(state);

        var verdict = harness.Validate(old.Der);

        Assert.Equal(good, verdict.IsValid);
        Assert.Equal(good ? CertificateRefusal.None : CertificateRefusal.IssuerUnknown, verdict.Refusal);
        Assert.True(harness.Validate((await harness.IssueAsync(Harness.Device())).Der).IsValid);
    }

    [Fact]
    public async Task Revokes_and_rotates_what_the_old_issuer_issued()
    {
        var before = new Harness();
        var (kept, replaced) = (await before.IssueAsync(Harness.Device("a")), await before.IssueAsync(Harness.Device("b")));
        var harness = Rolled(IssuerState.VerifyOnly);
        harness.Store.Certificates.AddRange(before.Store.Certificates);

        var revoked = await harness.Authority.RevokeAsync(Harness.Device("a"), kept.SerialNumber, RevocationReason.Superseded);
        var rotated = await harness.Authority.RotateAsync(Harness.Device("b"), replaced.SerialNumber, new CsrBuilder().Build());

        Assert.Equal(RevokeOutcome.Revoked, revoked.Outcome);
        Assert.Equal(CertificateRefusal.Revoked, harness.Validate(kept.Der).Refusal);
        Assert.True(rotated.Succeeded);
        Assert.NotEqual(harness.Store.Certificates[0].IssuerId, harness.Store.Certificates[^1].IssuerId);
    }

    [Fact]
    public void Lists_the_active_issuer_first_and_what_it_trusts()
    {
        var issuers = Rolled(IssuerState.VerifyOnly).Services.GetRequiredService<CertificateIssuers>();

        Assert.Equal([IssuerState.Active, IssuerState.VerifyOnly], issuers.All.Select(issuer => issuer.State));
        Assert.Equal(issuers.All, issuers.Trusted);
        Assert.Same(issuers.All[0], issuers.Active);
        Assert.Equal(NextSigner.CertificateDer.ToArray(), issuers.Active.Der.ToArray());
        Assert.Equal(ParsedCertificate.Read(NextSigner.CertificateDer).NotAfter, issuers.Active.NotAfter);
        Assert.Matches("^[0-9a-f]{64}$", issuers.Active.Id);
        Assert.Single(Rolled(IssuerState.Retired).Services.GetRequiredService<CertificateIssuers>().Trusted);
    }

    [Theory]
    [InlineData(IssuerState.VerifyOnly)]
    [InlineData(IssuerState.Retired)]
    public async Task Issues_for_no_key_of_an_authority_of_today_or_of_before(IssuerState state)
    {
        var harness = Rolled(state);
        var before = ECDsa.Create();
        before.ImportFromEncryptedPem(Harness.Material.EncryptedPrivateKeyPem, Harness.Password);
        var today = ECDsa.Create();
        today.ImportFromEncryptedPem(Next.EncryptedPrivateKeyPem, "next");

        Assert.Equal(IssueRefusal.KeyOfIssuer, await harness.RefusalOfAsync(new CsrBuilder(before).Build()));
        Assert.Equal(IssueRefusal.KeyOfIssuer, await harness.RefusalOfAsync(new CsrBuilder(today).Build()));
    }

    [Fact]
    public void Refuses_an_issuer_that_is_named_twice_and_a_second_active_one()
    {
        var twice = new Harness(register: builder => builder.AddIssuer(_ => Harness.Signer.CertificateDer, IssuerState.VerifyOnly));

        Assert.Throws<ArgumentException>(() => twice.Services.GetRequiredService<CertificateIssuers>());
        Assert.Throws<ArgumentOutOfRangeException>(() => Rolled(IssuerState.Active));
        Assert.Throws<ArgumentOutOfRangeException>(() => Rolled((IssuerState)99));
    }

    private static Harness Rolled(IssuerState state) =>
        new(signer: NextSigner, register: builder => builder.AddIssuer(_ => Harness.Signer.CertificateDer, state));
}
