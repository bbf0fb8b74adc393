using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;

namespace Pulse.Auth;

/// <summary>Instruments of the meter <c>Pulse.Auth</c>. Every tag is a closed set; issuers are those of the options.</summary>
internal sealed class AuthMetrics
{
    public const string MeterName = "Pulse.Auth";

    /// <summary>The issuer of a token that named none of the configured ones.</summary>
    public const string NoIssuer = "none";

    private readonly Counter<long> _validations;
    private readonly Histogram<double> _validationDuration;
    private readonly Counter<long> _refreshes;
    private readonly Histogram<double> _refreshDuration;
    private readonly Counter<long> _throttled;
    private readonly Counter<long> _cache;
    private readonly Counter<long> _events;
    private readonly Counter<long> _logins;
    private readonly Counter<long> _logouts;
    private readonly Meter _meter;

    [SuppressMessage("Reliability", "CA2000", Justification = "The factory owns its meters.")]
    public AuthMetrics(IMeterFactory factory)
    {
        var meter = _meter = factory.Create(MeterName);
        _validations = meter.CreateCounter<long>("pulse.auth.token.validations", "{token}", "Tokens validated.");
        _validationDuration = meter.CreateHistogram<double>("pulse.auth.token.validation.duration", "s", "Time of a validation, waits for keys and denylist included.");
        _refreshes = meter.CreateCounter<long>("pulse.auth.jwks.refreshes", "{fetch}", "Fetches of signing keys.");
        _refreshDuration = meter.CreateHistogram<double>("pulse.auth.jwks.refresh.duration", "s", "Time of a fetch of signing keys.");
        _throttled = meter.CreateCounter<long>("pulse.auth.jwks.unknown_kid.throttled", "{token}", "Unknown key identifiers that caused no fetch.");
        _cache = meter.CreateCounter<long>("pulse.auth.token_cache.requests", "{token}", "Tokens looked for among the validated ones.");
        _events = meter.CreateCounter<long>("pulse.auth.events", "{event}", "Events handed to AuthEvents.");
        _logins = meter.CreateCounter<long>("pulse.auth.logins", "{login}", "Browser logins.");
        _logouts = meter.CreateCounter<long>("pulse.auth.backchannel_logouts", "{logout}", "Logout tokens received.");
    }

    /// <summary>Whether somebody listens to the durations: reading the clock twice for nobody is not free.</summary>
    public bool TimesValidations => _validationDuration.Enabled;

    public void TokenValidated(PulseTokenFailure failure, string? issuer)
    {
        // The tags cost more than counting, and for nobody they would be made in vain.
        if (_validations.Enabled)
        {
            _validations.Add(
                1,
                new("outcome", failure == PulseTokenFailure.None ? "accepted" : "refused"),
                new("reason", failure.ToString()),
                new("issuer", issuer ?? NoIssuer));
        }
    }

    public void TokenValidationTook(TimeSpan duration, PulseTokenFailure failure) => _validationDuration.Record(
        duration.TotalSeconds,
        new KeyValuePair<string, object?>("outcome", failure == PulseTokenFailure.None ? "accepted" : "refused"));

    public void KeysRefreshed(string issuer, string trigger, KeySetProblem problem, TimeSpan duration)
    {
        _refreshes.Add(1, new("issuer", issuer), new("trigger", trigger), new("outcome", problem.ToString()));
        _refreshDuration.Record(duration.TotalSeconds, new("issuer", issuer), new("outcome", problem.ToString()));
    }

    public void UnknownKeyThrottled() => _throttled.Add(1);

    public void TokenCacheAsked(string outcome) => _cache.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    public void Observe(TrustedIssuers issuers)
    {
        _meter.CreateObservableGauge("pulse.auth.token_cache.entries", () => issuers.TokenCache.Count, "{token}", "Validated tokens kept.");
        _meter.CreateObservableGauge("pulse.auth.jwks.keys", () => KeyCounts(issuers), "{key}", "Usable signing keys.");
        _meter.CreateObservableGauge("pulse.auth.jwks.age", () => KeyAges(issuers), "s", "Age of the signing keys in memory.");
    }

    public void EventHandled(string outcome) => _events.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    public void BackchannelLogoutEnded(LogoutTokenFailure failure) => _logouts.Add(
        1,
        new("outcome", failure == LogoutTokenFailure.None ? "accepted" : "refused"),
        new("reason", failure.ToString()));

    public void LoginEnded(string outcome) => _logins.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    private static IEnumerable<Measurement<int>> KeyCounts(TrustedIssuers issuers) =>
        issuers.All.Select(issuer => new Measurement<int>(issuer.Keys.Current?.Count ?? 0, new KeyValuePair<string, object?>("issuer", issuer.Name)));

    // Before the first fetch there is no age, rather than one of zero.
    private static IEnumerable<Measurement<double>> KeyAges(TrustedIssuers issuers) =>
        from issuer in issuers.All
        let age = issuer.Keys.Age
        where age is not null
        select new Measurement<double>(age.Value.TotalSeconds, new KeyValuePair<string, object?>("issuer", issuer.Name));
}
