using System.Diagnostics.Metrics;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;

namespace Pulse.Auth.Tests;

/// <summary>Dashboards and alerts are written against these names and tags.</summary>
public sealed class MetricsTests
{
    private readonly TestValidator _validator = new();

    [Theory]
    [InlineData("pulse.auth.token.validations", "{token}", "Tokens validated.")]
    [InlineData("pulse.auth.token.validation.duration", "s", "Time of a validation, waits for keys and denylist included.")]
    [InlineData("pulse.auth.jwks.refreshes", "{fetch}", "Fetches of signing keys.")]
    [InlineData("pulse.auth.jwks.refresh.duration", "s", "Time of a fetch of signing keys.")]
    [InlineData("pulse.auth.jwks.unknown_kid.throttled", "{token}", "Unknown key identifiers that caused no fetch.")]
    [InlineData("pulse.auth.jwks.keys", "{key}", "Usable signing keys.")]
    [InlineData("pulse.auth.jwks.age", "s", "Age of the signing keys in memory.")]
    [InlineData("pulse.auth.token_cache.requests", "{token}", "Tokens looked for among the validated ones.")]
    [InlineData("pulse.auth.token_cache.entries", "{token}", "Validated tokens kept.")]
    [InlineData("pulse.auth.events", "{event}", "Events handed to AuthEvents.")]
    [InlineData("pulse.auth.logins", "{login}", "Browser logins.")]
    [InlineData("pulse.auth.backchannel_logouts", "{logout}", "Logout tokens received.")]
    public void Every_instrument_has_its_name_its_unit_and_its_meaning(string name, string unit, string description)
    {
        // Other tests publish theirs meanwhile, on other threads.
        var own = new List<Instrument>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Scope == _validator.Meters)
                {
                    own.Add(instrument);
                }
            },
        };
        listener.Start();

        Assert.All(own, instrument => Assert.Equal("Pulse.Auth", instrument.Meter.Name));
        var found = Assert.Single(own, instrument => instrument.Name == name);
        Assert.Equal((unit, description), (found.Unit, found.Description));
    }

    [Fact]
    public void A_refusal_says_why_and_an_acceptance_that_it_was_one()
    {
        using var validations = Collect("pulse.auth.token.validations");
        _validator.Metrics.TokenValidated(PulseTokenFailure.None, "i");
        _validator.Metrics.TokenValidated(PulseTokenFailure.Expired, null);

        Assert.Equal(
            ["issuer=i outcome=accepted reason=None", "issuer=none outcome=refused reason=Expired"],
            Tags(validations));
    }

    [Fact]
    public void A_logout_says_why_it_was_refused()
    {
        using var logouts = Collect("pulse.auth.backchannel_logouts");
        _validator.Metrics.BackchannelLogoutEnded(LogoutTokenFailure.None);
        _validator.Metrics.BackchannelLogoutEnded(LogoutTokenFailure.NoncePresent);

        Assert.Equal(["outcome=accepted reason=None", "outcome=refused reason=NoncePresent"], Tags(logouts));
    }

    [Fact]
    public void A_login_says_how_it_ended()
    {
        using var logins = Collect("pulse.auth.logins");
        _validator.Metrics.LoginEnded("refused");

        Assert.Equal(["outcome=refused"], Tags(logins));
    }

    [Fact]
    public async Task A_throttled_token_is_counted()
    {
        using var throttled = Collect("pulse.auth.jwks.unknown_kid.throttled");
        await _validator.Keys.RefreshAsync(CancellationToken.None);
        for (var generation = 1; generation <= 3; generation++)
        {
            await _validator.Keys.RefreshForTokenAsync(new MissingKey($"k{generation}", generation), CancellationToken.None);
        }

        Assert.Equal([""], Tags(throttled));
        Assert.Equal(1, throttled.LastMeasurement!.Value);
    }

    [Fact]
    public async Task A_token_whose_key_was_just_looked_for_in_vain_is_counted()
    {
        using var throttled = Collect("pulse.auth.jwks.unknown_kid.throttled");
        await _validator.Keys.RefreshAsync(CancellationToken.None);
        await _validator.Keys.RefreshForTokenAsync(new MissingKey("k", 1), CancellationToken.None);
        Assert.Empty(throttled.GetMeasurementSnapshot());

        await _validator.Keys.RefreshForTokenAsync(new MissingKey("k", 2), CancellationToken.None);

        Assert.Equal(1, Assert.Single(throttled.GetMeasurementSnapshot()).Value);
    }

    private MetricCollector<long> Collect(string name) => new(_validator.Meters, AuthMetrics.MeterName, name);

    private static IEnumerable<string> Tags(MetricCollector<long> collector) =>
        collector.GetMeasurementSnapshot().Select(measurement =>
            string.Join(' ', measurement.Tags.OrderBy(tag => tag.Key, StringComparer.Ordinal).Select(tag => $"{tag.Key}={tag.Value}")));
}
