using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace Pulse.Auth;

/// <summary>The session cookie (RFC 6265bis): host-only, Secure and HttpOnly, under a name a sibling host cannot set.</summary>
internal sealed class SessionCookie(IHostEnvironment? environment = null)
{
    public const string SecureName = "__Host-pulse-session";

    /// <summary>Name over plain http, in Development alone: browsers refuse the prefix there.</summary>
    public const string DevelopmentName = "pulse-session";

    /// <summary>The store's key of the request's session; null without exactly one well-formed cookie.</summary>
    public string? ReadKey(HttpRequest request)
    {
        var name = NameFor(request);
        string? found = null;
        foreach (var header in request.Headers.Cookie)
        {
            foreach (var pair in (header ?? "").Split(';', StringSplitOptions.TrimEntries))
            {
                if (!pair.StartsWith(name + "=", StringComparison.Ordinal))
                {
                    continue;
                }

                // Two cookies of one name: somebody else set one of them.
                if (found is not null)
                {
                    return null;
                }

                found = pair[(name.Length + 1)..];
            }
        }

        return found is null ? null : SessionId.KeyOf(found);
    }

    public void Write(HttpContext context, string id) => context.Response.Cookies.Append(NameFor(context.Request), id, OptionsFor(context.Request));

    public void Delete(HttpContext context) => context.Response.Cookies.Delete(NameFor(context.Request), OptionsFor(context.Request));

    private string NameFor(HttpRequest request) => IsPlain(request) ? DevelopmentName : SecureName;

    private CookieOptions OptionsFor(HttpRequest request) => new()
    {
        HttpOnly = true,
        Secure = !IsPlain(request),
        SameSite = SameSiteMode.Lax,
        Path = "/",
        IsEssential = true,
    };

    private bool IsPlain(HttpRequest request) => !request.IsHttps && environment?.IsDevelopment() == true;
}
