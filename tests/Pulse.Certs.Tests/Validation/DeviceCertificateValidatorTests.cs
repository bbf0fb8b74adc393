using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace Pulse.Certs.Tests;

public class DeviceCertificateValidatorTests
{
    private readonly Harness _harness = new();

    [Fact]
    public async Task Accepts_what_the_authority_issued_and_says_whose_it_is()
    {
        var issued = await _harness.IssueAsync(Harness.Device());

        var verdict = _harness.Validate(issued.Der);

        Assert.True(verdict.IsValid);
        Assert.Equal(CertificateRefusal.None, verdict.Refusal);
        Assert.Equal(Harness.Device(), verdict.Device);
        Assert.Equal(issued.SerialNumber, verdict.SerialNumber);
        Assert.Equal(issued.NotAfter, verdict.NotAfter);
    }

    [Fact]
    public async Task Accepts_a_device_whose_common_name_is_a_hash()
    {
        var device = Harness.Device(new string('d', 64), new string('t', 63));

        Assert.Equal(device, _harness.Validate((await _harness.IssueAsync(device)).Der).Device);
    }

    [Fact]
    public void Accepts_the_plain_certificate_the_other_tests_break() => Expect(new LeafBuilder(), CertificateRefusal.None);

    [Fact]
    public void Says_nothing_about_a_refused_certificate()
    {
        var verdict = _harness.Validate(new LeafBuilder().With("2.5.29.37", null).Build());

        Assert.False(verdict.IsValid);
        Assert.Equal(default, verdict.Device);
        Assert.Equal(string.Empty, verdict.SerialNumber);
        Assert.Equal(default, verdict.NotAfter);
        Assert.False(default(DeviceCertificateVerdict).IsValid);
    }

    [Fact]
    public void Refuses_a_server_certificate_of_the_same_issuer() =>
        Expect(new LeafBuilder().With("2.5.29.37", LeafBuilder.Purposes("1.3.6.1.5.5.7.3.1")), CertificateRefusal.PurposeInvalid);

    [Fact]
    public void Refuses_any_purpose_in_place_of_ours() =>
        Expect(new LeafBuilder().With("2.5.29.37", LeafBuilder.Purposes("2.5.29.37.0")), CertificateRefusal.PurposeInvalid);

    [Fact]
    public void Accepts_our_purpose_among_others() => Expect(
        new LeafBuilder().With("2.5.29.37", LeafBuilder.Purposes("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2")), CertificateRefusal.None);

    [Fact]
    public void Refuses_the_issuer_itself() =>
        Assert.NotEqual(CertificateRefusal.None, _harness.Validate(Harness.Signer.CertificateDer).Refusal);

    [Fact]
    public void Refuses_another_issuers_name() =>
        Expect(new LeafBuilder { IssuerName = DistinguishedName.Write("Another CA") }, CertificateRefusal.IssuerUnknown);

    [Fact]
    public void Refuses_the_issuers_name_in_another_encoding()
    {
        // The same text as PrintableString: names are compared as bytes, so nobody's idea of equality matters.
        byte[] printable = CsrBuilder.Element(0x30, CsrBuilder.Rdn("2.5.4.3", 0x13, Encoding.ASCII.GetBytes("Test Device CA")));

        Expect(new LeafBuilder { IssuerName = printable }, CertificateRefusal.IssuerUnknown);
    }

    [Fact]
    public void Refuses_a_missing_or_foreign_authority_key_identifier()
    {
        Expect(new LeafBuilder().With("2.5.29.35", null), CertificateRefusal.IssuerUnknown);
        Expect(new LeafBuilder().With("2.5.29.35", LeafBuilder.AuthorityKey(new byte[20])), CertificateRefusal.IssuerUnknown);
        Expect(
            new LeafBuilder().With("2.5.29.35", CsrBuilder.Extension("2.5.29.35", critical: false, 0x30, 0)),
            CertificateRefusal.IssuerUnknown);
    }

    [Fact]
    public async Task Refuses_an_issuer_of_the_same_name_with_another_key()
    {
        var other = CertificateAuthorityMaterial.Create("Test Device CA", TimeSpan.FromDays(3650), "secret", new FakeTimeProvider(Harness.Start), iterations: 1000);
        var signer = CaSigners.FromEncryptedPem(other.CertificatePem, other.EncryptedPrivateKeyPem, "secret");
        var impostor = new Harness(signer: signer);
        var issued = await impostor.IssueAsync(Harness.Device());

        Assert.Equal(CertificateRefusal.IssuerUnknown, _harness.Validate(issued.Der).Refusal);
        Assert.Equal(
            CertificateRefusal.IssuerUnknown,
            _harness.Validator.Validate(issued.Der, [signer.CertificateDer]).Refusal);
    }

    [Fact]
    public void Refuses_an_algorithm_that_is_not_the_issuers() => Expect(
        new LeafBuilder { Algorithm = Convert.FromHexString(CsrBuilder.EcdsaSha384) }, CertificateRefusal.AlgorithmNotAllowed);

    [Fact]
    public void Refuses_a_broken_signature()
    {
        Expect(
            new LeafBuilder { ChangeSignature = signature => [.. signature[..^1], (byte)(signature[^1] ^ 1)] },
            CertificateRefusal.SignatureInvalid);
        Expect(new LeafBuilder { ChangeSignature = _ => [] }, CertificateRefusal.SignatureInvalid);
        Expect(new LeafBuilder { ChangeSignature = signature => [.. signature, 0] }, CertificateRefusal.SignatureInvalid);
        Expect(
            new LeafBuilder { ChangeSignature = _ => Convert.FromHexString("3006020100020100") }, CertificateRefusal.SignatureInvalid);
    }

    [Fact]
    public void Holds_to_the_second_of_its_validity()
    {
        var leaf = new LeafBuilder { NotBefore = Second(10), NotAfter = Second(20) }.Build();

        ExpectAt(leaf, Second(10).AddTicks(-1), CertificateRefusal.NotYetValid);
        ExpectAt(leaf, Second(10), CertificateRefusal.None);
        ExpectAt(leaf, Second(21).AddTicks(-1), CertificateRefusal.None);
        ExpectAt(leaf, Second(21), CertificateRefusal.Expired);
    }

    [Fact]
    public void Refuses_everything_once_the_issuer_has_expired()
    {
        var leaf = new LeafBuilder { NotAfter = Harness.Start.AddDays(5000) }.Build();

        ExpectAt(leaf, Second(1).AddDays(3650).AddTicks(-1), CertificateRefusal.None);
        ExpectAt(leaf, Second(1).AddDays(3650), CertificateRefusal.IssuerNotValid);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("30030101FF")]
    [InlineData("30060101FF020100")]
    [InlineData("3003020100")]
    public void Refuses_basic_constraints_that_do_not_say_plain_leaf(string? value) => Expect(
        new LeafBuilder().With("2.5.29.19", value is null ? null : CsrBuilder.Extension("2.5.29.19", true, Convert.FromHexString(value))),
        CertificateRefusal.BasicConstraintsInvalid);

    [Theory]
    [InlineData(null)]
    [InlineData("03020520")] // keyEncipherment
    [InlineData("03020284")] // digitalSignature and keyCertSign
    [InlineData("03020182")] // digitalSignature and cRLSign
    public void Refuses_a_key_usage_that_is_not_a_leafs(string? value) => Expect(
        new LeafBuilder().With("2.5.29.15", value is null ? null : CsrBuilder.Extension("2.5.29.15", true, Convert.FromHexString(value))),
        CertificateRefusal.KeyUsageInvalid);

    [Fact]
    public void Accepts_digital_signature_among_harmless_usages() => Expect(
        new LeafBuilder().With("2.5.29.15", CsrBuilder.Extension("2.5.29.15", true, 3, 2, 3, 0xA8)), CertificateRefusal.None);

    [Fact]
    public void Refuses_no_purpose() => Expect(new LeafBuilder().With("2.5.29.37", null), CertificateRefusal.PurposeInvalid);

    [Fact]
    public void Refuses_an_unknown_extension_when_it_is_critical_and_passes_over_it_otherwise()
    {
        Expect(new LeafBuilder().With("1.2.3.4", CsrBuilder.Extension("1.2.3.4", critical: true, 5, 0)), CertificateRefusal.CriticalExtensionUnknown);
        Expect(new LeafBuilder().With("1.2.3.4", CsrBuilder.Extension("1.2.3.4", critical: false, 5, 0)), CertificateRefusal.None);
    }

    public static TheoryData<string[]> WrongUris =>
    [
        [],
        ["https://example.org"],
        ["urn:pulse:tenant:acme:device:pump-1", "urn:pulse:tenant:acme:device:pump-1"],
        ["urn:pulse:tenant:acme:device:pump-1", "URN:Pulse:tenant:other:device:pump-9"],
        ["URN:PULSE:tenant:acme:device:pump-1"],
        ["urn:pulse:tenant:acme"],
        ["urn:pulse:tenant:acme:device:pump-1\0"],
        ["urn:pulse:tenant:acme:device:"],
        ["xurn:pulse:tenant:acme:device:pump-1"],
    ];

    [Theory]
    [MemberData(nameof(WrongUris))]
    public void Refuses_anything_but_exactly_one_identity(string[] uris) =>
        Expect(new LeafBuilder().With("2.5.29.17", LeafBuilder.Uris(uris)), CertificateRefusal.IdentityInvalid);

    [Fact]
    public void Refuses_no_identity() => Expect(new LeafBuilder().With("2.5.29.17", null), CertificateRefusal.IdentityInvalid);

    [Fact]
    public void Passes_over_names_of_other_kinds_beside_the_identity()
    {
        var names = CsrBuilder.Element(
            0x30,
            CsrBuilder.Element(0x82, "a.example"u8.ToArray()),
            CsrBuilder.Element(0x86, "https://example.org"u8.ToArray()),
            CsrBuilder.Element(0x86, "urn:pulse:tenant:acme:device:pump-1"u8.ToArray()));

        Expect(new LeafBuilder().With("2.5.29.17", CsrBuilder.Extension("2.5.29.17", false, names)), CertificateRefusal.None);
    }

    [Fact]
    public void Refuses_a_URI_that_is_not_ASCII() => Expect(
        new LeafBuilder().With("2.5.29.17", LeafBuilder.Uris("urn:pulse:tenant:acme:device:pump-1\u00E9")), CertificateRefusal.Malformed);

    public static TheoryData<string> WrongSubjects =>
    [
        Convert.ToHexString(DistinguishedName.Write(null)),
        Convert.ToHexString(DistinguishedName.Write("acme:pump-2")),
        Convert.ToHexString(DistinguishedName.Write("ACME:pump-1")),
        Convert.ToHexString(DistinguishedName.Write("acme:pump-1 ")),
        Convert.ToHexString(DistinguishedName.Write("acme:pump-1\0")),
        Convert.ToHexString(CsrBuilder.Element(0x30, OurName(0x0C), OurName(0x0C))),
        Convert.ToHexString(CsrBuilder.Element(0x30, OurName(0x16))),
        Convert.ToHexString(CsrBuilder.Element(0x30, OurName(0x14))),
        Convert.ToHexString(CsrBuilder.Element(0x30, CsrBuilder.Rdn("2.5.4.10", 0x0C, Encoding.ASCII.GetBytes("acme:pump-1")))),
    ];

    [Theory]
    [MemberData(nameof(WrongSubjects))]
    public void Refuses_a_common_name_that_is_not_the_devices(string subject) =>
        Expect(new LeafBuilder { Subject = Convert.FromHexString(subject) }, CertificateRefusal.CommonNameMismatch);

    [Fact]
    public void Refuses_the_identity_of_one_device_under_the_common_name_of_another() => Expect(
        new LeafBuilder(Harness.Device("pump-2")).With("2.5.29.17", LeafBuilder.Uris("urn:pulse:tenant:acme:device:pump-1")),
        CertificateRefusal.CommonNameMismatch);

    [Fact]
    public async Task Refuses_a_revoked_certificate_at_once()
    {
        var issued = await _harness.IssueAsync(Harness.Device());

        await _harness.Authority.RevokeAsync(Harness.Device(), issued.SerialNumber, RevocationReason.Superseded);

        Assert.Equal(CertificateRefusal.Revoked, _harness.Validate(issued.Der).Refusal);
    }

    [Fact]
    public void Refuses_everyone_while_the_revocation_list_was_never_read()
    {
        var view = new RevocationView(Microsoft.Extensions.Options.Options.Create(new PulseCertsOptions()), _harness.Time);
        using var validator = new DeviceCertificateValidator(Harness.Signer.CertificateDer, view, _harness.Time);

        Assert.Equal(CertificateRefusal.RevocationUnknown, validator.Validate(new LeafBuilder().Build(), []).Refusal);
    }

    [Fact]
    public void Refuses_everyone_once_the_revocation_list_is_too_old()
    {
        var leaf = new LeafBuilder().Build();

        _harness.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.True(_harness.Validate(leaf).IsValid);
        _harness.Time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(CertificateRefusal.RevocationUnknown, _harness.Validate(leaf).Refusal);
    }

    [Fact]
    public async Task Judges_on_many_threads_at_once()
    {
        var good = new LeafBuilder().Build();
        var bad = new LeafBuilder { ChangeSignature = signature => [.. signature[..^1], (byte)(signature[^1] ^ 1)] }.Build();

        await Parallel.ForEachAsync(Enumerable.Range(0, 400), (number, _) =>
        {
            Assert.Equal(number % 2 == 0, _harness.Validate(number % 2 == 0 ? good : bad).IsValid);
            return ValueTask.CompletedTask;
        });
    }

    [Fact]
    public void Refuses_an_issuer_that_is_no_certificate() => Assert.Throws<ArgumentException>(
        () => new DeviceCertificateValidator(RandomNumberGenerator.GetBytes(50), _harness.View, _harness.Time));

    [Fact]
    public void Trusts_several_issuers_each_with_its_own_revoked_serials()
    {
        var other = CertificateAuthorityMaterial.Create("Other Device CA", TimeSpan.FromDays(3650), Harness.Password, new FakeTimeProvider(Harness.Start), iterations: 1000);
        var otherSigner = CaSigners.FromEncryptedPem(other.CertificatePem, other.EncryptedPrivateKeyPem, Harness.Password);
        var revoking = new RevocationView(Microsoft.Extensions.Options.Options.Create(new PulseCertsOptions()), _harness.Time);
        revoking.Replace(["4abc"], _harness.Time.GetTimestamp());
        var leaf = new LeafBuilder().Build();

        CertificateRefusal Judge(params DeviceIssuer[] issuers)
        {
            using var validator = new DeviceCertificateValidator(issuers, _harness.Time);
            return validator.Validate(leaf, []).Refusal;
        }

        Assert.Equal(CertificateRefusal.None, Judge(new(otherSigner.CertificateDer, revoking), new(Harness.Signer.CertificateDer, _harness.View)));
        Assert.Equal(CertificateRefusal.Revoked, Judge(new(otherSigner.CertificateDer, _harness.View), new(Harness.Signer.CertificateDer, revoking)));
        Assert.Equal(CertificateRefusal.IssuerUnknown, Judge(new DeviceIssuer(otherSigner.CertificateDer, _harness.View)));
    }

    [Fact]
    public void Refuses_to_judge_without_any_issuer() =>
        Assert.Throws<ArgumentException>(() => new DeviceCertificateValidator([], _harness.Time));

    private static DateTimeOffset Second(int second) => new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.Zero).AddSeconds(second);

    private static byte[] OurName(byte textTag) => CsrBuilder.Rdn("2.5.4.3", textTag, Encoding.ASCII.GetBytes("acme:pump-1"));

    private void Expect(LeafBuilder leaf, CertificateRefusal refusal)
    {
        var verdict = _harness.Validate(leaf.Build());

        Assert.Equal(refusal, verdict.Refusal);
        Assert.Equal(refusal == CertificateRefusal.None, verdict.IsValid);
    }

    private void ExpectAt(byte[] leaf, DateTimeOffset now, CertificateRefusal refusal)
    {
        var time = new FakeTimeProvider(now);
        var view = new RevocationView(Microsoft.Extensions.Options.Options.Create(new PulseCertsOptions()), time);
        view.Replace([], time.GetTimestamp());
        using var validator = new DeviceCertificateValidator(Harness.Signer.CertificateDer, view, time);

        Assert.Equal(refusal, validator.Validate(leaf, []).Refusal);
    }
}
