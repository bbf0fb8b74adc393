using Microsoft.Extensions.DependencyInjection;

namespace Pulse.Certs.Tests;

/// <summary>A null where none may be is named, at the door and not somewhere behind it.</summary>
public class MissingArgumentTests
{
    private static readonly string Pem = Harness.Material.CertificatePem;
    private static readonly string Key = Harness.Material.EncryptedPrivateKeyPem;

    private readonly Harness _harness = new();

    [Fact]
    public void Signers_name_the_text_that_is_missing()
    {
        Names("certificatePem", () => CaSigners.FromEncryptedPem(null!, Key, Harness.Password));
        Names("encryptedPrivateKeyPem", () => CaSigners.FromEncryptedPem(Pem, null!, Harness.Password));
        Names("password", () => CaSigners.FromEncryptedPem(Pem, Key, null!));
        Names("certificatePem", () => CaSigners.FromUnencryptedPem(null!, Key));
        Names("privateKeyPem", () => CaSigners.FromUnencryptedPem(Pem, null!));
        Names("time", () => CertificateAuthorityMaterial.Create("CA", TimeSpan.FromDays(1), "p", null!));
    }

    [Fact]
    public void Validators_name_the_argument_that_is_missing()
    {
        var validator = new CertificatePathValidator([Harness.Signer.CertificateDer], new CertificatePathOptions(), _harness.Time);
        Names("trustAnchors", () => new CertificatePathValidator(null!, new CertificatePathOptions(), _harness.Time));
        Names("options", () => new CertificatePathValidator([Harness.Signer.CertificateDer], null!, _harness.Time));
        Names("time", () => new CertificatePathValidator([Harness.Signer.CertificateDer], new CertificatePathOptions(), null!));
        Names("request", () => validator.Validate(null!));
        Names("issuers", () => new DeviceCertificateValidator(null!, _harness.Time));
        Names("time", () => new DeviceCertificateValidator([new DeviceIssuer(Harness.Signer.CertificateDer, _harness.View)], null!));
        Names("presented", () => _harness.Validator.Validate(Harness.Signer.CertificateDer, null!));
        Names("revocations", () => new DeviceIssuer(Harness.Signer.CertificateDer, null!));
    }

    [Fact]
    public async Task The_authority_and_its_parts_name_the_argument_that_is_missing()
    {
        Names("dnsNames", () => new ServerNames(null!, []));
        Names("ipAddresses", () => new ServerNames([], null!));
        Names("serialNumber", () => _harness.View.IsRevoked(null!));
        Assert.Throws<ArgumentNullException>("serialNumber", () => _harness.Sightings.Seen(null!));
        await Assert.ThrowsAsync<ArgumentNullException>("names", async () => await _harness.Authority.IssueServerAsync(null!, default));
        await Assert.ThrowsAsync<ArgumentNullException>(
            "serialNumber", async () => await _harness.Authority.RevokeAsync(Harness.Device(), null!, RevocationReason.Superseded));
    }

    [Fact]
    public void Registration_names_the_argument_that_is_missing()
    {
        var builder = new ServiceCollection().AddPulseCerts(_ => { });
        Names("services", () => PulseCertsServiceCollectionExtensions.AddPulseCerts(null!, _ => { }));
        Names("configure", () => new ServiceCollection().AddPulseCerts(null!));
        Names("factory", () => builder.UseSigner(null!));
        Names("factory", () => builder.UseStore(null!));
        Names("certificateDer", () => builder.AddIssuer(null!, IssuerState.VerifyOnly));
    }

    private static void Names(string argument, Func<object?> call) => Assert.Throws<ArgumentNullException>(argument, call);
}
