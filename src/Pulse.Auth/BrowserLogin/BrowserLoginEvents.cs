using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Pulse.Auth;

/// <summary>What this package adds to Microsoft's handler: the answer's issuer, and a principal made of the access token alone.</summary>
internal sealed class BrowserLoginEvents(
    IOptions<PulseBrowserLoginOptions> login,
    IPulseTokenValidator validator,
    AuthEventQueue events,
    AuthMetrics metrics,
    ILogger<BrowserLoginEvents> logger)
{
    /// <summary>Parameter of the sign-out that carries the ID token; never part of the state sent to the browser.</summary>
    public const string IdTokenParameter = "pulse.id_token";

    private const string UnavailableItem = "pulse.keys_unavailable";

    public void Attach(OpenIdConnectEvents target)
    {
        target.OnMessageReceived = CheckIssuerAsync;
        target.OnTokenValidated = AcceptAccessTokenAsync;
        target.OnRemoteFailure = AnswerFailureAsync;
        target.OnRedirectToIdentityProviderForSignOut = AddIdTokenHintAsync;
    }

    // RFC 9207 §2.4: an answer of another provider (mix-up) names that one.
    private Task CheckIssuerAsync(MessageReceivedContext context)
    {
        if (!MayComeFrom(context.Request.Query["iss"], login.Value.Issuer))
        {
            context.Fail("The answer names another issuer.");
        }

        return Task.CompletedTask;
    }

    internal static bool MayComeFrom(StringValues answer, string issuer)
    {
        if (answer.Count == 0)
        {
            return true;
        }

        return answer.Count == 1 && string.Equals(answer[0], issuer, StringComparison.Ordinal);
    }

    private async Task AcceptAccessTokenAsync(TokenValidatedContext context)
    {
        var answer = context.TokenEndpointResponse;
        var result = await validator.ValidateAsync(answer?.AccessToken ?? "", context.HttpContext.RequestAborted).ConfigureAwait(false);
        if (!result.Succeeded)
        {
            Log.LoginTokenRefused(logger, result.Failure);
            events.Add(RequestEvents.Refused(context.HttpContext, context.Scheme.Name, result.Failure, result.Issuer));
            if (result.RetryAfter is not null)
            {
                context.HttpContext.Items[UnavailableItem] = true;
            }

            context.Fail("The provider's access token was refused.");
            return;
        }

        // The ID token holds nonce and client; the access token must be of the same person at the same provider.
        var token = result.Token;
        var idSubject = context.Principal?.FindFirst(PulseClaimTypes.Subject)?.Value;
        if (!BelongTogether(token, idSubject, login.Value.Issuer))
        {
            context.Fail("ID token and access token disagree.");
            return;
        }

        context.Properties!.Items[PulseSessionHandler.ProviderSessionItem] = context.Principal!.FindFirst(PulseClaimTypes.SessionId)?.Value;
        context.Principal = token.CreatePrincipal(PulseBrowserLoginDefaults.SessionScheme);
        context.Properties.StoreTokens([new AuthenticationToken { Name = OpenIdConnectParameterNames.IdToken, Value = answer!.IdToken }]);
        events.Add(RequestEvents.Accepted(context.HttpContext, context.Scheme.Name, token));
        metrics.LoginEnded("accepted");
    }

    internal static bool BelongTogether(VerifiedToken token, string? idSubject, string issuer)
    {
        if (!string.Equals(token.Issuer, issuer, StringComparison.Ordinal))
        {
            return false;
        }

        return string.Equals(token.Subject, idSubject, StringComparison.Ordinal);
    }

    private Task AnswerFailureAsync(RemoteFailureContext context)
    {
        metrics.LoginEnded("refused");
        Log.LoginFailed(logger, context.Failure?.GetType().Name ?? "unknown");
        context.HandleResponse();
        return LoginFailurePage.WriteAsync(context.HttpContext, context.HttpContext.Items.ContainsKey(UnavailableItem));
    }

    private static Task AddIdTokenHintAsync(RedirectContext context)
    {
        context.ProtocolMessage.IdTokenHint = context.Properties.GetParameter<string>(IdTokenParameter);

        // RP-initiated logout is optional (OpenID Connect RP-Initiated Logout 1.0 §2.1): then the local session has ended, and that is all.
        if (string.IsNullOrEmpty(context.ProtocolMessage.IssuerAddress))
        {
            context.HandleResponse();
            context.Response.Redirect("/");
        }

        return Task.CompletedTask;
    }
}
