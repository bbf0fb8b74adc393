using System.Security.Cryptography;
using static Pulse.Auth.Tests.TokenForge;

namespace Pulse.Auth.Tests;

/// <summary>Two issuers in one table, whose keys have the same identifier: nothing of one counts for the other.</summary>
public sealed class SeveralIssuersTests
{
    private const string Other = "https://id.other.example/realms/pulse";
    private readonly TestValidator _validator = new(options =>
    {
        options.Issuers[0].AllowedClients.Add("pulse-web");
        options.Issuers.Add(new PulseIssuerOptions
        {
            Issuer = Other,
            Audiences = { "other-api" },
            Algorithms = PulseJwtAlgorithms.RS256 | PulseJwtAlgorithms.ES256,
            JwksUri = new Uri("https://id.other.example/certs"),
        });
    });

    public SeveralIssuersTests() =>
        _validator.Documents.JwksOfHost["id.other.example"] = TestKeys.Set(TestKeys.Jwk(TestKeys.OtherRsa), TestKeys.Jwk(TestKeys.P256, "ec", "P-256"));

    [Fact]
    public async Task Each_issuers_tokens_are_judged_by_its_own_keys_and_options()
    {
        Assert.Equal(PulseTokenFailure.None, await _validator.FailureOfAsync(Token()));
        var other = await _validator.ValidateAsync(OtherToken(OtherRs256));

        Assert.True(other.Succeeded);
        Assert.Equal((Other, Other), (other.Issuer, other.Token.Issuer));
    }

    [Fact]
    public async Task A_key_of_one_issuer_signs_nothing_for_the_other()
    {
        Assert.Equal(PulseTokenFailure.SignatureInvalid, await _validator.FailureOfAsync(OtherToken(Rs256)));
        Assert.Equal(PulseTokenFailure.SignatureInvalid, await _validator.FailureOfAsync(Sign(Payload(), Header, OtherRs256)));
    }

    [Fact]
    public async Task An_audience_a_client_or_an_algorithm_of_one_issuer_is_none_of_the_others()
    {
        Assert.Equal(PulseTokenFailure.AudienceMismatch, await _validator.FailureOfAsync(OtherToken(OtherRs256, ("aud", $"\"{Audience}\""))));
        Assert.Equal(PulseTokenFailure.AudienceMismatch, await _validator.FailureOfAsync(Token(("aud", "\"other-api\""))));
        Assert.Equal(PulseTokenFailure.ClientNotAllowed, await _validator.FailureOfAsync(Token(("azp", "\"another\""))));
        Assert.Equal(PulseTokenFailure.None, await _validator.FailureOfAsync(OtherToken(OtherRs256, ("azp", "\"another\""))));

        const string ec = """{"alg":"ES256","typ":"JWT","kid":"ec"}""";
        Assert.Equal(PulseTokenFailure.AlgorithmNotAllowed, await _validator.FailureOfAsync(Sign(Payload(), ec, Es256)));
        Assert.Equal(PulseTokenFailure.None, await _validator.FailureOfAsync(Sign(Payload(("iss", $"\"{Other}\""), ("aud", "\"other-api\"")), ec, Es256)));
    }

    [Fact]
    public async Task An_unknown_key_has_its_own_issuer_asked_and_no_other()
    {
        await _validator.ValidateAsync(Token());
        await _validator.ValidateAsync(OtherToken(OtherRs256));
        _validator.Documents.Addresses.Clear();

        await _validator.ValidateAsync(Sign(Payload(("iss", $"\"{Other}\""), ("aud", "\"other-api\"")), """{"alg":"RS256","typ":"JWT","kid":"new"}"""));

        Assert.Equal(["https://id.other.example/certs"], _validator.Documents.Addresses.Select(address => address.AbsoluteUri));
    }

    [Fact]
    public async Task D1_Issuers_nobody_configured_have_nothing_fetched_and_leave_nothing_behind()
    {
        for (var i = 0; i < 50; i++)
        {
            Assert.Equal(PulseTokenFailure.IssuerUnknown, await _validator.FailureOfAsync(Token(("iss", $"\"https://{i}.example\""))));
        }

        Assert.Empty(_validator.Documents.Addresses);
        Assert.Equal(2, _validator.Issuers.All.Count);
    }

    [Fact]
    public async Task An_outage_of_one_issuer_is_none_of_the_other()
    {
        await _validator.ValidateAsync(Token());
        _validator.Documents.Problem = KeySetProblem.Unreachable;

        Assert.Equal(PulseTokenFailure.KeysUnavailable, await _validator.FailureOfAsync(OtherToken(OtherRs256)));
        Assert.Equal(PulseTokenFailure.None, await _validator.FailureOfAsync(Token()));
    }

    private static string OtherToken(Func<byte[], byte[]> sign, params (string Name, string? Json)[] changes) =>
        Sign(Payload([("iss", $"\"{Other}\""), ("aud", "\"other-api\""), .. changes]), Header, sign);

    private static byte[] OtherRs256(byte[] input) => TestKeys.OtherRsa.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
}
