using System.Diagnostics;

namespace Pulse.Auth;

/// <summary>Spans of the activity source <c>Pulse.Auth</c>: what is rare and worth a look, fetches and refusals.</summary>
internal static class AuthActivities
{
    public const string SourceName = "Pulse.Auth";

    private static readonly ActivitySource Source = new(SourceName);

    public static Activity? StartKeyFetch(string issuer, string trigger)
    {
        var activity = Source.StartActivity("pulse.auth.jwks.fetch", ActivityKind.Client);
        activity?.SetTag("pulse.auth.issuer", issuer).SetTag("pulse.auth.trigger", trigger);
        return activity;
    }

    public static void EndKeyFetch(Activity? activity, KeySetProblem problem)
    {
        activity?.SetTag("pulse.auth.outcome", problem.ToString());
        activity?.SetStatus(problem == KeySetProblem.None ? ActivityStatusCode.Ok : ActivityStatusCode.Error);
    }

    public static void TokenRefused(PulseTokenFailure failure, string? issuer)
    {
        using var activity = Source.StartActivity("pulse.auth.token.refused");
        activity?.SetTag("pulse.auth.reason", failure.ToString()).SetTag("pulse.auth.issuer", issuer ?? AuthMetrics.NoIssuer);
        activity?.SetStatus(ActivityStatusCode.Error);
    }
}
