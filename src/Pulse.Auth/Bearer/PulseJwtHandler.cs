using System.Globalization;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Pulse.Auth;

/// <summary>Authenticates a request by its bearer token. The answer never says what was wrong with it.</summary>
internal sealed class PulseJwtHandler(
    IOptionsMonitor<PulseJwtOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder,
    IPulseTokenValidator validator,
    AuthEventQueue events)
    : AuthenticationHandler<PulseJwtOptions>(options, logger, encoder)
{
    private PulseTokenResult? _refused;

    private new PulseJwtEvents Events => (PulseJwtEvents)base.Events!;

    protected override Task<object> CreateEventsAsync() => Task.FromResult<object>(new PulseJwtEvents());

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var received = new PulseMessageReceivedContext(Context, Scheme, Options);
        await Events.OnMessageReceived(received).ConfigureAwait(false);
        if (received.Token is not null)
        {
            return await JudgeAsync(received.Token).ConfigureAwait(false);
        }

        if (BearerHeader.TryRead(Request.Headers.Authorization, out var token, out var refused))
        {
            return await JudgeAsync(token).ConfigureAwait(false);
        }

        return refused ? Refuse(PulseTokenResult.Refused(PulseTokenFailure.AuthorizationHeaderInvalid)) : AuthenticateResult.NoResult();
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        await HandleAuthenticateOnceSafeAsync().ConfigureAwait(false);
        Response.Headers.CacheControl = "no-store";
        var challenge = new PulseChallengeContext(Context, Scheme, Options, properties)
        {
            Failure = _refused?.Failure ?? PulseTokenFailure.None,
            RetryAfter = _refused?.RetryAfter,
        };
        await Events.OnChallenge(challenge).ConfigureAwait(false);
        if (challenge.Handled)
        {
            return;
        }

        if (_refused is { RetryAfter: { } wait })
        {
            Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            return;
        }

        // RFC 6750 §3.1: no error code for a request that brought no token.
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers.Append(HeaderNames.WWWAuthenticate, _refused is null ? "Bearer" : "Bearer error=\"invalid_token\"");
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status403Forbidden;
        Response.Headers.Append(HeaderNames.WWWAuthenticate, "Bearer error=\"insufficient_scope\"");
        return Events.OnForbidden(new PulseForbiddenContext(Context, Scheme, Options, properties));
    }

    private async Task<AuthenticateResult> JudgeAsync(string token)
    {
        var connection = Context.Connection.ClientCertificate is { } certificate
            ? new PulseValidationContext { ClientCertificate = certificate }
            : PulseValidationContext.None;
        var result = await validator.ValidateAsync(token, connection, Context.RequestAborted).ConfigureAwait(false);
        if (!result.Succeeded)
        {
            return Refuse(result);
        }

        var validated = new PulseTokenValidatedContext(Context, Scheme, Options, result.Token);
        await Events.OnTokenValidated(validated).ConfigureAwait(false);
        if (validated.Principal is null || validated.Result is { Succeeded: false })
        {
            return Refuse(PulseTokenResult.Refused(PulseTokenFailure.RefusedByApplication, result.Issuer));
        }

        events.Add(RequestEvents.Accepted(Context, Scheme.Name, result.Token));
        return AuthenticateResult.Success(new AuthenticationTicket(validated.Principal, validated.Properties, Scheme.Name));
    }

    private AuthenticateResult Refuse(PulseTokenResult result)
    {
        _refused = result;
        Log.TokenRefused(Logger, Scheme.Name, result.Failure);
        events.Add(RequestEvents.Refused(Context, Scheme.Name, result.Failure, result.Issuer));
        return AuthenticateResult.Fail("The access token was refused.");
    }
}
