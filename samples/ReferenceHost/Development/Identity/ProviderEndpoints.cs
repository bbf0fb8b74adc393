using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Pulse.ReferenceHost.Development.Identity;

/// <summary>What the provider answers itself: sign-in, authorization, token issue and sign-out. OpenIddict has validated the protocol by then.</summary>
internal static class ProviderEndpoints
{
    private const string Server = OpenIddictServerAspNetCoreDefaults.AuthenticationScheme;
    private const string ReturnTo = "return_to";

    public static void MapEmbeddedProvider(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods(ProviderPaths.Authorization, [HttpMethods.Get, HttpMethods.Post], AuthorizeAsync);
        routes.MapPost(ProviderPaths.Token, IssueAsync);
        routes.MapMethods(ProviderPaths.EndSession, [HttpMethods.Get, HttpMethods.Post], EndSessionAsync);
        routes.MapPost(ProviderPaths.SignIn, SignInAsync);
    }

    private static async Task AuthorizeAsync(
        HttpContext context, ProviderSessions sessions, LoginPage page, IAntiforgery antiforgery, TimeProvider time)
    {
        var request = context.GetOpenIddictServerRequest()!;
        var session = await ReadSessionAsync(context, sessions);
        var tooOld = session is not null && request.MaxAge is long age && time.GetUtcNow() - session.SignedInAt > TimeSpan.FromSeconds(age);
        if (session is not null && !tooOld && !request.HasPromptValue(PromptValues.Login))
        {
            await context.SignInAsync(Server, ProviderTokens.Create(session, request));
            return;
        }

        if (request.HasPromptValue(PromptValues.None))
        {
            await RefuseAsync(context, Errors.LoginRequired, "Nobody is signed in.");
            return;
        }

        var resume = new OpenIddictRequest(request.GetParameters());
        resume.Prompt = null;
        resume.MaxAge = null;
        var action = ProviderPaths.SignIn + QueryString.Create(ReturnTo, ProviderPaths.Authorization + ToQuery(resume));
        await page.WriteSignInAsync(context, antiforgery.GetAndStoreTokens(context), action, error: null);
    }

    private static async Task SignInAsync(
        HttpContext context,
        EmbeddedProviderOptions options,
        ProviderSessions sessions,
        LoginAttempts attempts,
        LoginPage page,
        IAntiforgery antiforgery)
    {
        var returnTo = context.Request.Query[ReturnTo].ToString();
        if (!returnTo.StartsWith(ProviderPaths.Authorization + "?", StringComparison.Ordinal))
        {
            await page.WriteMessageAsync(context, StatusCodes.Status400BadRequest, "This sign-in did not begin at a client.");
            return;
        }

        if (!await antiforgery.IsRequestValidAsync(context))
        {
            await page.WriteMessageAsync(context, StatusCodes.Status400BadRequest, "The form has expired. Start the sign-in again at the client.");
            return;
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var user = DevelopmentUsers.Find(form["username"]);
        if (attempts.IsBlocked(user))
        {
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            await AskAgainAsync("Too many failed attempts. Wait a minute.");
            return;
        }

        var matches = PasswordMatches(form["password"].ToString(), options.Password);
        if (user is null || !matches)
        {
            attempts.RecordFailure(user);
            await AskAgainAsync("Invalid username or password.");
            return;
        }

        attempts.RecordSuccess(user);
        await context.SignInAsync(ProviderSessions.Scheme, sessions.Create(user));
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = returnTo;

        Task AskAgainAsync(string error) => page.WriteSignInAsync(
            context, antiforgery.GetAndStoreTokens(context), ProviderPaths.SignIn + QueryString.Create(ReturnTo, returnTo), error);
    }

    private static async Task IssueAsync(HttpContext context, ProviderSessions sessions)
    {
        var grant = await context.AuthenticateAsync(Server);
        if (grant.Principal is null || sessions.Read(grant.Principal) is null)
        {
            await RefuseAsync(context, Errors.InvalidGrant, "The session has ended.");
            return;
        }

        await context.SignInAsync(Server, grant.Principal);
    }

    private static async Task EndSessionAsync(HttpContext context, ProviderSessions sessions, LoginPage page, IAntiforgery antiforgery)
    {
        var request = context.GetOpenIddictServerRequest()!;
        var session = await ReadSessionAsync(context, sessions);
        var hint = (await context.AuthenticateAsync(Server)).Principal?.FindFirst("sid")?.Value;

        // A link on a foreign page must not sign anyone out: the client shows the session's own ID token, or the user confirms.
        var confirmed = session is null
            || session.Id == hint
            || (HttpMethods.IsPost(context.Request.Method) && await antiforgery.IsRequestValidAsync(context));
        if (!confirmed)
        {
            var parameters = request.GetParameters().Select(item => KeyValuePair.Create(item.Key, (string?)item.Value));
            await page.WriteSignOutAsync(context, antiforgery.GetAndStoreTokens(context), ProviderPaths.EndSession, parameters);
            return;
        }

        if (session is not null)
        {
            sessions.End(session.Id);
        }

        if (hint is not null)
        {
            sessions.End(hint);
        }

        await context.SignOutAsync(ProviderSessions.Scheme);
        if (request.PostLogoutRedirectUri is null)
        {
            await page.WriteMessageAsync(context, StatusCodes.Status200OK, "You are signed out.");
            return;
        }

        await context.SignOutAsync(Server, new AuthenticationProperties { RedirectUri = "/" });
    }

    private static async Task<ProviderSession?> ReadSessionAsync(HttpContext context, ProviderSessions sessions) =>
        sessions.Read((await context.AuthenticateAsync(ProviderSessions.Scheme)).Principal);

    private static Task RefuseAsync(HttpContext context, string error, string description) =>
        context.ForbidAsync(Server, new AuthenticationProperties(new Dictionary<string, string?>
        {
            [OpenIddictServerAspNetCoreConstants.Properties.Error] = error,
            [OpenIddictServerAspNetCoreConstants.Properties.ErrorDescription] = description,
        }));

    private static bool PasswordMatches(string given, string expected) =>
        CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(Encoding.UTF8.GetBytes(given)), SHA256.HashData(Encoding.UTF8.GetBytes(expected)));

    private static QueryString ToQuery(OpenIddictRequest request) =>
        QueryString.Create(request.GetParameters().Select(item => KeyValuePair.Create(item.Key, (string?)item.Value)));
}
