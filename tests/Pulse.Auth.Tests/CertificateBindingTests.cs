using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using static Pulse.Auth.Tests.TokenForge;

namespace Pulse.Auth.Tests;

public sealed class CertificateBindingTests : IDisposable
{
    private readonly X509Certificate2 _certificate = Certificate("CN=device");
    private readonly X509Certificate2 _other = Certificate("CN=other");
    private readonly TestValidator _validator = new();

    public void Dispose()
    {
        _certificate.Dispose();
        _other.Dispose();
    }

    [Fact]
    public async Task C8_A_bound_token_is_accepted_with_its_certificate_alone()
    {
        var token = Bound(_certificate);

        Assert.Equal(PulseTokenFailure.None, await FailureOfAsync(_validator, token, _certificate));
        Assert.Equal(PulseTokenFailure.ProofRequired, await FailureOfAsync(_validator, token, _other));
        Assert.Equal(PulseTokenFailure.ProofRequired, await FailureOfAsync(_validator, token, null));
        Assert.Equal(PulseTokenFailure.ProofRequired, await _validator.FailureOfAsync(token));
    }

    [Fact]
    public async Task C8_A_bound_token_in_the_cache_needs_its_certificate_at_each_use()
    {
        var validator = new TestValidator(options => options.TokenCache.Capacity = 2);
        var token = Bound(_certificate);

        Assert.Equal(PulseTokenFailure.None, await FailureOfAsync(validator, token, _certificate));
        Assert.Equal(1, validator.Issuers.TokenCache.Count);
        Assert.Equal(PulseTokenFailure.ProofRequired, await FailureOfAsync(validator, token, _other));
        Assert.Equal(PulseTokenFailure.ProofRequired, await validator.FailureOfAsync(token));
        Assert.Equal(PulseTokenFailure.None, await FailureOfAsync(validator, token, _certificate));
    }

    [Fact]
    public async Task An_unbound_token_needs_no_certificate_and_minds_none()
    {
        Assert.Equal(PulseTokenFailure.None, await FailureOfAsync(_validator, Token(), _certificate));
        Assert.Equal(PulseTokenFailure.None, await FailureOfAsync(_validator, Token(), null));
    }

    public static TheoryData<string> OtherProofs =>
    [
        """{"jkt":"{0}"}""",
        """{"jwk":{"kty":"oct"}}""",
        """{"x5t#S256":"{0}","jkt":"{0}"}""",
        """{"jkt":"{0}","x5t#S256":"{0}"}""",
        """{"x5t#s256":"{0}"}""",
        """{"x5t":"{0}"}""",
        """{"x5t#S256":["{0}"]}""",
        """{"x5t#S256":{"x5t#S256":"{0}"}}""",
        """{"x5t#S256":null}""",
        """{"x5t#S256":"{0}="}""",
        """{"x5t#S256":"{0}A"}""",
        """{"x5t#S256":""}""",
        """[{"x5t#S256":"{0}"}]""",
        "\"{0}\"",
        "{}",
        "null",
    ];

    [Theory]
    [MemberData(nameof(OtherProofs))]
    public async Task C8_Any_other_confirmation_is_refused_with_any_certificate(string cnf)
    {
        var token = Token(("cnf", cnf.Replace("{0}", Thumbprint(_certificate), StringComparison.Ordinal)));

        Assert.Equal(PulseTokenFailure.ProofRequired, await FailureOfAsync(_validator, token, _certificate));
    }

    [Fact]
    public async Task C8_A_thumbprint_outside_the_alphabet_or_not_canonical_is_refused()
    {
        var thumbprint = Thumbprint(_certificate);
        var last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        var loose = thumbprint[..^1] + last[last.IndexOf(thumbprint[^1], StringComparison.Ordinal) + 1];
        foreach (var text in new[] { loose, thumbprint[..^1] + "é", thumbprint[..^1] + "+" })
        {
            Assert.Equal(PulseTokenFailure.ProofRequired, await FailureOfAsync(_validator, Token(("cnf", $$"""{"x5t#S256":"{{text}}"}""")), _certificate));
        }
    }

    [Fact]
    public async Task A_null_context_is_misuse() =>
        await Assert.ThrowsAsync<ArgumentNullException>(async () => await _validator.Validator.ValidateAsync("x", null!, default));

    private static async Task<PulseTokenFailure> FailureOfAsync(TestValidator validator, string token, X509Certificate2? certificate) =>
        (await validator.Validator.ValidateAsync(token, new PulseValidationContext { ClientCertificate = certificate }, default)).Failure;

    private static string Bound(X509Certificate2 certificate) => Token(("cnf", $$"""{"x5t#S256":"{{Thumbprint(certificate)}}"}"""));

    private static string Thumbprint(X509Certificate2 certificate) => TestKeys.Url(certificate.GetCertHash(HashAlgorithmName.SHA256));

    private static X509Certificate2 Certificate(string subject)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest(subject, key, HashAlgorithmName.SHA256).CreateSelfSigned(Now, Now.AddDays(1));
    }
}
