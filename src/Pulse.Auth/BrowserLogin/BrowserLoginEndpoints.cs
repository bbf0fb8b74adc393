using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Pulse.Auth;

/// <summary>The two endpoints of the browser login.</summary>
internal static class BrowserLoginEndpoints
{
    public static async Task LoginAsync(HttpContext context)
    {
        var returnUrl = context.Request.Query["returnUrl"];
        var properties = new AuthenticationProperties
        {
            RedirectUri = LocalReturn.Or(returnUrl.Count == 1 ? returnUrl[0] : null, "/"),
        };
        context.Response.Headers.CacheControl = "no-store";
        try
        {
            await context.ChallengeAsync(PulseBrowserLoginDefaults.ChallengeScheme, properties).ConfigureAwait(false);
        }
        catch (InvalidOperationException exception) when (!context.Response.HasStarted)
        {
            // Microsoft's handler throws this when it cannot fetch or accept the discovery document.
            Log.LoginFailed(Logger(context), exception.GetType().Name);
            await LoginFailurePage.WriteAsync(context, unavailable: true).ConfigureAwait(false);
        }
    }

    public static async Task LogoutAsync(HttpContext context)
    {
        if (!SameOrigin.IsMet(context.Request))
        {
            Log.LogoutRefused(Logger(context));
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        var session = await context.AuthenticateAsync(PulseBrowserLoginDefaults.SessionScheme).ConfigureAwait(false);
        await context.SignOutAsync(PulseBrowserLoginDefaults.SessionScheme).ConfigureAwait(false);
        var idToken = session.Properties?.GetTokenValue(OpenIdConnectParameterNames.IdToken);
        if (idToken is null)
        {
            context.Response.Redirect("/");
            return;
        }

        var properties = new AuthenticationProperties { RedirectUri = "/" };
        properties.SetParameter(BrowserLoginEvents.IdTokenParameter, idToken);
        try
        {
            await context.SignOutAsync(PulseBrowserLoginDefaults.ChallengeScheme, properties).ConfigureAwait(false);
        }
        catch (InvalidOperationException exception) when (!context.Response.HasStarted)
        {
            // The session here is gone already, and that must not depend on the provider.
            Log.ProviderLogoutFailed(Logger(context), exception);
            context.Response.Redirect("/");
        }
    }

    private static ILogger Logger(HttpContext context) =>
        context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("Pulse.Auth.BrowserLogin");
}
