using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using static Pulse.Auth.Tests.TokenForge;

namespace Pulse.Auth.Tests;

public sealed class ObservabilityTests
{
    private readonly TestValidator _validator = new();

    [Fact]
    public async Task The_health_check_tells_fresh_from_stale_from_unusable()
    {
        Assert.Equal(HealthStatus.Unhealthy, (await CheckAsync()).Status);

        await _validator.Keys.RefreshAsync(CancellationToken.None);
        var healthy = await CheckAsync();
        Assert.Equal(HealthStatus.Healthy, healthy.Status);
        Assert.Equal("Fresh", healthy.Data[Issuer]);

        // Five minutes and a tenth, and five seconds for the fetch.
        _validator.Time.Advance(TimeSpan.FromSeconds(335));
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync()).Status);
        _validator.Time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(HealthStatus.Degraded, (await CheckAsync()).Status);

        _validator.Time.Advance(TimeSpan.FromHours(1) - TimeSpan.FromSeconds(335) - TimeSpan.FromTicks(2));
        Assert.Equal(HealthStatus.Degraded, (await CheckAsync()).Status);
        _validator.Time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(HealthStatus.Unhealthy, (await CheckAsync()).Status);
    }

    [Fact]
    public async Task One_issuer_without_keys_is_enough_to_be_unhealthy()
    {
        var validator = new TestValidator(options => options.Issuers.Add(new PulseIssuerOptions { Issuer = "https://other.example", Audiences = { "x" } }));
        await validator.Issuers.Find(Issuer)!.Keys.RefreshAsync(CancellationToken.None);

        var result = await CheckAsync(validator);

        Assert.Equal(HealthStatus.Unhealthy, result.Status);
        Assert.Equal(("Fresh", "Unusable"), (result.Data[Issuer], result.Data["https://other.example"]));
    }

    [Fact]
    public async Task The_health_check_is_registered_by_name_and_reads_the_validators_keys()
    {
        var services = new ServiceCollection();
        services.AddSingleton<IHostEnvironment>(new FakeEnvironment("Production"));
        services.AddAuthentication().AddPulseJwt(options => options.Issuers.Add(new PulseIssuerOptions { Issuer = Issuer, Audiences = { Audience } }));
        services.AddHealthChecks().AddPulseJwks("ready");
        await using var provider = services.BuildServiceProvider();

        var report = await provider.GetRequiredService<HealthCheckService>().CheckHealthAsync(check => check.Tags.Contains("ready"));

        Assert.Equal(("pulse_jwks", HealthStatus.Unhealthy), (Assert.Single(report.Entries).Key, report.Status));
    }

    [Fact]
    public async Task Validations_are_timed_while_somebody_listens()
    {
        Assert.False(_validator.Metrics.TimesValidations);
        using var durations = new MetricCollector<double>(_validator.Meters, AuthMetrics.MeterName, "pulse.auth.token.validation.duration");
        _validator.Documents.Hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        var waiting = _validator.ValidateAsync(Token()).AsTask();
        _validator.Time.Advance(TimeSpan.FromSeconds(2));
        _validator.Documents.Hold.SetResult();
        await waiting;
        await _validator.ValidateAsync("x");

        Assert.Equal(
            [(2.0, "accepted"), (0.0, "refused")],
            durations.GetMeasurementSnapshot().Select(measurement => (measurement.Value, (string)measurement.Tags["outcome"]!)));
    }

    [Fact]
    public async Task Validations_name_the_issuer_when_it_is_a_configured_one()
    {
        using var validations = new MetricCollector<long>(_validator.Meters, AuthMetrics.MeterName, "pulse.auth.token.validations");

        await _validator.ValidateAsync(Token());
        await _validator.ValidateAsync(Token(("iss", "\"https://evil.example\"")));

        Assert.Equal([Issuer, "none"], validations.GetMeasurementSnapshot().Select(measurement => measurement.Tags["issuer"]));
    }

    [Fact]
    public async Task Fetches_name_issuer_and_trigger_and_take_time()
    {
        using var refreshes = new MetricCollector<long>(_validator.Meters, AuthMetrics.MeterName, "pulse.auth.jwks.refreshes");
        using var durations = new MetricCollector<double>(_validator.Meters, AuthMetrics.MeterName, "pulse.auth.jwks.refresh.duration");

        await _validator.Keys.RefreshAsync(CancellationToken.None);
        await _validator.Keys.RefreshAsync(CancellationToken.None);

        Assert.Equal(["startup", "timer"], refreshes.GetMeasurementSnapshot().Select(measurement => measurement.Tags["trigger"]));
        Assert.All(refreshes.GetMeasurementSnapshot(), measurement => Assert.Equal(Issuer, measurement.Tags["issuer"]));
        Assert.All(durations.GetMeasurementSnapshot(), measurement => Assert.Equal("None", measurement.Tags["outcome"]));
        Assert.Equal(2, durations.GetMeasurementSnapshot().Count);
    }

    [Fact]
    public async Task Keys_and_their_age_are_gauges()
    {
        using var keys = new MetricCollector<int>(_validator.Meters, AuthMetrics.MeterName, "pulse.auth.jwks.keys");
        using var age = new MetricCollector<double>(_validator.Meters, AuthMetrics.MeterName, "pulse.auth.jwks.age");
        keys.RecordObservableInstruments();
        age.RecordObservableInstruments();
        Assert.Equal(0, keys.LastMeasurement!.Value);
        Assert.Null(age.LastMeasurement);

        await _validator.Keys.RefreshAsync(CancellationToken.None);
        _validator.Time.Advance(TimeSpan.FromSeconds(7));
        keys.RecordObservableInstruments();
        age.RecordObservableInstruments();

        Assert.Equal((1, Issuer), (keys.LastMeasurement.Value, keys.LastMeasurement.Tags["issuer"]));
        Assert.Equal((7.0, Issuer), (age.LastMeasurement!.Value, age.LastMeasurement.Tags["issuer"]));
    }

    [Fact]
    public async Task A_wrong_authority_is_an_error_that_names_the_address()
    {
        _validator.Documents.Discovery = """{"issuer":"https://other.example","jwks_uri":"https://id.example/realms/pulse/certs"}""";

        Assert.False(await _validator.Keys.RefreshAsync(CancellationToken.None));

        var record = _validator.Log.LatestRecord;
        Assert.Equal((1005, LogLevel.Error), (record.Id.Id, record.Level));
        Assert.Contains("https://id.example/realms/pulse/.well-known/openid-configuration", record.Message, StringComparison.Ordinal);
        Assert.Contains("IssuerMismatch", record.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_later_failure_is_no_wrong_authority()
    {
        await _validator.Keys.RefreshAsync(CancellationToken.None);
        _validator.Documents.Problem = KeySetProblem.Unreachable;

        Assert.False(await _validator.Keys.RefreshAsync(CancellationToken.None));

        Assert.Equal(1002, _validator.Log.LatestRecord.Id.Id);
    }

    [Fact]
    public async Task Fetches_and_refusals_are_spans_and_acceptance_is_none()
    {
        // Other tests run beside this one: its own spans are those of an issuer nobody else has.
        const string own = "https://spans.example";
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Pulse.Auth",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (activity.GetTagItem("pulse.auth.issuer") as string == own)
                {
                    spans.Enqueue(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        var validator = new TestValidator(options => options.Issuers[0].Issuer = own);
        validator.Documents.Discovery = $$"""{"issuer":"{{own}}","jwks_uri":"https://spans.example/certs"}""";

        Assert.Equal(PulseTokenFailure.None, await validator.FailureOfAsync(Token(("iss", $"\"{own}\""))));
        Assert.Equal(PulseTokenFailure.AudienceMismatch, await validator.FailureOfAsync(Token(("iss", $"\"{own}\""), ("aud", "\"x\""))));
        validator.Documents.Problem = KeySetProblem.Unreachable;
        await validator.Keys.RefreshAsync(CancellationToken.None);

        Assert.Equal(
            [("pulse.auth.jwks.fetch", "None", ActivityStatusCode.Ok), ("pulse.auth.token.refused", "AudienceMismatch", ActivityStatusCode.Error), ("pulse.auth.jwks.fetch", "Unreachable", ActivityStatusCode.Error)],
            spans.Select(span => (span.OperationName, (string)(span.GetTagItem("pulse.auth.outcome") ?? span.GetTagItem("pulse.auth.reason"))!, span.Status)));
        Assert.Equal(["token", "timer"], spans.Select(span => span.GetTagItem("pulse.auth.trigger")).OfType<string>());
    }

    private Task<HealthCheckResult> CheckAsync() => CheckAsync(_validator);

    private static Task<HealthCheckResult> CheckAsync(TestValidator validator)
    {
        var check = new KeySetHealthCheck(validator.Issuers);
        return check.CheckHealthAsync(new HealthCheckContext { Registration = new HealthCheckRegistration("pulse_jwks", check, HealthStatus.Unhealthy, []) });
    }
}
