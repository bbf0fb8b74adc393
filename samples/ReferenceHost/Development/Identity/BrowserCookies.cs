using Microsoft.Net.Http.Headers;

namespace Pulse.ReferenceHost.Development.Identity;

/// <summary>
/// Cookies as browsers keep them (RFC 6265 §5.3–5.4): by host, name and path, shared by all ports of a host. <c>Secure</c> ones are
/// kept on loopback over plain HTTP too, which Keycloak's need and <see cref="System.Net.CookieContainer"/> refuses.
/// </summary>
internal sealed class BrowserCookies(TimeProvider time)
{
    private readonly Dictionary<(string Host, string Name, string Path), string> _cookies = [];

    public void Store(Uri from, HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues(HeaderNames.SetCookie, out var lines))
        {
            return;
        }

        foreach (var cookie in SetCookieHeaderValue.ParseList([.. lines]))
        {
            var path = cookie.Path.HasValue && cookie.Path.Value!.StartsWith('/') ? cookie.Path.Value : DefaultPath(from);
            var key = (from.Host, cookie.Name.ToString(), path);
            if (cookie.MaxAge <= TimeSpan.Zero || (cookie.MaxAge is null && cookie.Expires <= time.GetUtcNow()))
            {
                _cookies.Remove(key);
            }
            else if (!cookie.Secure || MaySetSecure(from))
            {
                _cookies[key] = cookie.Value.ToString();
            }
        }
    }

    /// <summary>The header's value for a request, the cookies of longer paths first; empty when there are none.</summary>
    public string HeaderFor(Uri target) => string.Join("; ", _cookies
        .Where(cookie => string.Equals(cookie.Key.Host, target.Host, StringComparison.Ordinal) && Matches(target.AbsolutePath, cookie.Key.Path))
        .OrderByDescending(cookie => cookie.Key.Path.Length)
        .Select(cookie => $"{cookie.Key.Name}={cookie.Value}"));

    private static bool MaySetSecure(Uri from) => from.IsLoopback || from.Scheme == Uri.UriSchemeHttps;

    private static bool Matches(string path, string cookiePath) =>
        path.StartsWith(cookiePath, StringComparison.Ordinal)
        && (path.Length == cookiePath.Length || cookiePath.EndsWith('/') || path[cookiePath.Length] == '/');

    private static string DefaultPath(Uri from)
    {
        var last = from.AbsolutePath.LastIndexOf('/');
        return last <= 0 ? "/" : from.AbsolutePath[..last];
    }
}
