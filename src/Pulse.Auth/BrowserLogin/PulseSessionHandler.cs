using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Pulse.Auth;

/// <summary>Authenticates a browser by an opaque cookie; everything else stays in <see cref="ISessionStore"/>.</summary>
internal sealed class PulseSessionHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder,
    IOptions<PulseBrowserLoginOptions> login,
    ISessionStore sessions,
    SessionCookie cookie,
    TimeProvider time)
    : SignInAuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    /// <summary>Item of the sign-in that carries the <c>sid</c> of the ID token; not every provider repeats it in the access token.</summary>
    public const string ProviderSessionItem = "pulse.sid";

    // Moving the expiry at each request would write to the store at each request.
    private static readonly TimeSpan ExtendAfter = TimeSpan.FromMinutes(1);

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var key = cookie.ReadKey(Request);
        if (key is null)
        {
            return AuthenticateResult.NoResult();
        }

        var record = await sessions.FindAsync(key, Context.RequestAborted).ConfigureAwait(false);
        var now = time.GetUtcNow();
        if (record is null || record.ExpiresAt <= now)
        {
            return AuthenticateResult.Fail("There is no such session.");
        }

        var ticket = Read(record);
        var end = ticket?.Properties.ExpiresUtc ?? DateTimeOffset.MinValue;
        if (ticket is null || end <= now)
        {
            await sessions.RemoveAsync(key, Context.RequestAborted).ConfigureAwait(false);
            Log.SessionUnreadable(Logger);
            return AuthenticateResult.Fail("The session has ended.");
        }

        var extended = Earlier(now + login.Value.IdleTimeout, end);
        if (extended - record.ExpiresAt >= ExtendAfter)
        {
            await sessions.ExtendAsync(key, extended, Context.RequestAborted).ConfigureAwait(false);
        }

        return AuthenticateResult.Success(ticket);
    }

    protected override async Task HandleSignInAsync(ClaimsPrincipal user, AuthenticationProperties? properties)
    {
        await RemoveCurrentAsync().ConfigureAwait(false);

        var now = time.GetUtcNow();
        var end = now + login.Value.AbsoluteTimeout;
        properties ??= new AuthenticationProperties();
        properties.Items.Remove(ProviderSessionItem, out var providerSession);
        properties.IssuedUtc = now;
        properties.ExpiresUtc = end;
        var ticket = TicketSerializer.Default.Serialize(new AuthenticationTicket(user, properties, Scheme.Name));

        // Always a new identifier: one known before the login must not become a session (session fixation).
        var id = SessionId.Create();
        var subject = user.FindFirst(PulseClaimTypes.Subject);
        var record = new SessionRecord(ticket, Earlier(now + login.Value.IdleTimeout, end))
        {
            Issuer = subject?.Issuer,
            Subject = subject?.Value,
            ProviderSession = user.FindFirst(PulseClaimTypes.SessionId)?.Value ?? providerSession,
        };
        await sessions.AddAsync(SessionId.KeyOf(id)!, record, Context.RequestAborted).ConfigureAwait(false);
        cookie.Write(Context, id);
        Response.Headers.CacheControl = "no-store";
    }

    protected override async Task HandleSignOutAsync(AuthenticationProperties? properties)
    {
        await RemoveCurrentAsync().ConfigureAwait(false);
        cookie.Delete(Context);
        Response.Headers.CacheControl = "no-store";
    }

    // A plain answer, no redirect: pages link to the login, and a script cannot follow it.
    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers.CacheControl = "no-store";
        Response.Headers.Append(HeaderNames.WWWAuthenticate, "Bearer");
        return Task.CompletedTask;
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    // A store may hold rows of another version or damaged ones: such a row is no session.
    private static AuthenticationTicket? Read(SessionRecord record)
    {
        try
        {
            return TicketSerializer.Default.Deserialize(record.Ticket.ToArray());
        }
        catch (Exception exception) when (exception is IOException or ArgumentException or FormatException)
        {
            return null;
        }
    }

    private async Task RemoveCurrentAsync()
    {
        var key = cookie.ReadKey(Request);
        if (key is not null)
        {
            await sessions.RemoveAsync(key, CancellationToken.None).ConfigureAwait(false);
        }
    }
}
