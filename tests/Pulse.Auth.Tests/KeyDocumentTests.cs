using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Logging;
using static Pulse.Auth.Tests.TokenForge;

namespace Pulse.Auth.Tests;

public sealed class KeyDocumentTests
{
    private readonly TestValidator _validator = new();

    [Theory]
    [InlineData("""{"keys":[]}""")]
    [InlineData("""{}""")]
    [InlineData("""<html>""")]
    [InlineData("""{"keys":[{"kty":"oct","k":"AQ"}]}""")]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"keys":{}}""")]
    [InlineData("""{"keys":"x"}""")]
    [InlineData("""{"keys":[1]}""")]
    public async Task D3_An_unusable_set_does_not_replace_a_good_one(string jwks)
    {
        await _validator.ValidateAsync(LongLived());
        _validator.Documents.Jwks = jwks;

        Assert.False(await _validator.Keys.RefreshAsync(CancellationToken.None));

        Assert.Equal(PulseTokenFailure.None, await _validator.FailureOfAsync(LongLived()));
    }

    [Fact]
    public async Task D3_An_unusable_set_is_logged_and_counted()
    {
        await _validator.Keys.RefreshAsync(CancellationToken.None);
        using var refreshes = new MetricCollector<long>(_validator.Meters, AuthMetrics.MeterName, "pulse.auth.jwks.refreshes");
        _validator.Documents.Jwks = """{"keys":[]}""";

        Assert.False(await _validator.Keys.RefreshAsync(CancellationToken.None));

        Assert.Equal("NoUsableKey", Assert.Single(refreshes.GetMeasurementSnapshot()).Tags["outcome"]);
        Assert.Equal((1002, LogLevel.Error), (_validator.Log.LatestRecord.Id.Id, _validator.Log.LatestRecord.Level));
    }

    [Fact]
    public async Task A_key_set_that_cannot_be_fetched_is_reported_as_what_it_is()
    {
        _validator.Documents.JwksProblem = KeySetProblem.TooLarge;

        Assert.False(await _validator.Keys.RefreshAsync(CancellationToken.None));

        Assert.Equal("TooLarge", _validator.Log.LatestRecord.GetStructuredStateValue("Problem"));
    }

    // Names, not texts: a case whose name holds a random key has another name in every process.
    [Theory]
    [InlineData("two members keys")]
    [InlineData("an escaped second member keys")]
    [InlineData("two members kid")]
    [InlineData("an escaped second member use")]
    [InlineData("a second object")]
    [InlineData("trailing text")]
    [InlineData("a byte order mark")]
    public async Task A_set_that_can_be_read_in_two_ways_is_refused(string ambiguity)
    {
        await _validator.Keys.RefreshAsync(CancellationToken.None);
        var key = TestKeys.Jwk(TestKeys.Rsa);
        _validator.Documents.Jwks = ambiguity switch
        {
            "two members keys" => $$"""{"keys":[],"keys":[{{key}}]}""",
            "an escaped second member keys" => $$"""{"keys":[{{key}}],"k\u0065ys":[]}""",
            "two members kid" => TestKeys.Set(key.Replace("\"kid\"", "\"kid\":\"other\",\"kid\"", StringComparison.Ordinal)),
            "an escaped second member use" => TestKeys.Set(key.Replace("\"use\"", "\"use\":\"enc\",\"\\u0075se\"", StringComparison.Ordinal)),
            "a second object" => TestKeys.Set(key) + "{}",
            "trailing text" => TestKeys.Set(key) + "x",
            "a byte order mark" => "\uFEFF" + TestKeys.Set(key),
            _ => throw new ArgumentOutOfRangeException(nameof(ambiguity), ambiguity, "No such case."),
        };

        Assert.False(await _validator.Keys.RefreshAsync(CancellationToken.None));
        Assert.Equal("NotJson", _validator.Log.LatestRecord.GetStructuredStateValue("Problem"));
    }

    [Fact]
    public async Task A_discovery_document_that_can_be_read_in_two_ways_is_refused()
    {
        _validator.Documents.Discovery = $$"""{"issuer":"https://evil.example","issuer":"{{Issuer}}","jwks_uri":"https://id.example/realms/pulse/certs"}""";

        Assert.False(await _validator.Keys.RefreshAsync(CancellationToken.None));
        Assert.Equal("NotJson", _validator.Log.LatestRecord.GetStructuredStateValue("Problem"));
    }

    [Fact]
    public async Task D3_A_fetch_ends_after_its_timeout()
    {
        _validator.Documents.Hold = new TaskCompletionSource();
        var waiting = _validator.ValidateAsync(LongLived()).AsTask();
        while (_validator.Documents.Addresses.Count < 2)
        {
            await Task.Yield();
        }

        _validator.Time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(PulseTokenFailure.KeysUnavailable, (await waiting).Failure);
    }

    [Theory]
    [InlineData("https://other.example/realms/pulse", "https://id.example/certs")]
    [InlineData("https://id.example/realms/pulse/", "https://id.example/certs")]
    [InlineData("https://id.example/realms/pulse", "https://169.254.169.254/certs")]
    [InlineData("https://id.example/realms/pulse", "https://id.example:8443/certs")]
    [InlineData("https://id.example/realms/pulse", "http://id.example/certs")]
    [InlineData("https://id.example/realms/pulse", "/certs")]
    [InlineData("https://id.example/realms/pulse", "file:///certs")]
    public async Task D6_A_discovery_document_decides_neither_the_issuer_nor_another_host(string issuer, string jwks)
    {
        _validator.Documents.Discovery = $$"""{"issuer":"{{issuer}}","jwks_uri":"{{jwks}}"}""";

        Assert.Equal(PulseTokenFailure.KeysUnavailable, await _validator.FailureOfAsync(LongLived()));
        Assert.Single(_validator.Documents.Addresses);
    }

    [Fact]
    public async Task A_discovery_document_that_is_no_json_gives_no_keys()
    {
        _validator.Documents.Discovery = "<html>";

        Assert.Equal(PulseTokenFailure.KeysUnavailable, await _validator.FailureOfAsync(LongLived()));
    }

    [Fact]
    public async Task Given_a_key_set_address_no_discovery_document_is_read()
    {
        var validator = new TestValidator(options => options.Issuers[0].JwksUri = new Uri("https://keycloak.internal/certs"));

        Assert.Equal(PulseTokenFailure.None, await validator.FailureOfAsync(LongLived()));
        Assert.Equal(["https://keycloak.internal/certs"], validator.Documents.Addresses.Select(address => address.AbsoluteUri));
    }

    [Fact]
    public async Task A_metadata_address_may_be_an_internal_host()
    {
        var validator = new TestValidator(options => options.Issuers[0].MetadataAddress = new Uri("https://kc.internal/openid-configuration"));
        validator.Documents.Discovery = $$"""{"issuer":"{{Issuer}}","jwks_uri":"https://kc.internal/certs"}""";

        Assert.Equal(PulseTokenFailure.None, await validator.FailureOfAsync(LongLived()));
    }
}
