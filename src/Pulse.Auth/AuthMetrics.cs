using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;

namespace Pulse.Auth;

/// <summary>Instruments of the meter <c>Pulse.Auth</c>. Every tag is a closed set.</summary>
internal sealed class AuthMetrics
{
    public const string MeterName = "Pulse.Auth";

    private readonly Counter<long> _validations;
    private readonly Counter<long> _refreshes;
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
        _refreshes = meter.CreateCounter<long>("pulse.auth.jwks.refreshes", "{fetch}", "Fetches of signing keys.");
        _throttled = meter.CreateCounter<long>("pulse.auth.jwks.unknown_kid.throttled", "{token}", "Unknown key identifiers that caused no fetch.");
        _cache = meter.CreateCounter<long>("pulse.auth.token_cache.requests", "{token}", "Tokens looked for among the validated ones.");
        _events = meter.CreateCounter<long>("pulse.auth.events", "{event}", "Events handed to AuthEvents.");
        _logins = meter.CreateCounter<long>("pulse.auth.logins", "{login}", "Browser logins.");
        _logouts = meter.CreateCounter<long>("pulse.auth.backchannel_logouts", "{logout}", "Logout tokens received.");
    }

    public void TokenValidated(PulseTokenFailure failure) => _validations.Add(
        1,
        new("outcome", failure == PulseTokenFailure.None ? "accepted" : "refused"),
        new("reason", failure.ToString()));

    public void KeysRefreshed(string trigger, KeySetProblem problem) =>
        _refreshes.Add(1, new("trigger", trigger), new("outcome", problem.ToString()));

    public void UnknownKeyThrottled() => _throttled.Add(1);

    public void TokenCacheAsked(string outcome) => _cache.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    public void ObserveTokenCache(ValidatedTokenCache cache) =>
        _meter.CreateObservableGauge("pulse.auth.token_cache.entries", () => cache.Count, "{token}", "Validated tokens kept.");

    public void EventHandled(string outcome) => _events.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    public void BackchannelLogoutEnded(LogoutTokenFailure failure) => _logouts.Add(
        1,
        new("outcome", failure == LogoutTokenFailure.None ? "accepted" : "refused"),
        new("reason", failure.ToString()));

    public void LoginEnded(string outcome) => _logins.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
}
