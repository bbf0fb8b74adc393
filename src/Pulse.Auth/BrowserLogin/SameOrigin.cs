using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Pulse.Auth;

/// <summary>Tells a request of this site's own pages from one another site made a browser send.</summary>
internal static class SameOrigin
{
    public static bool IsMet(HttpRequest request) =>
        IsMet(request.Headers["Sec-Fetch-Site"], request.Headers.Origin, $"{request.Scheme}://{request.Host}");

    /// <summary>Fetch Metadata decides when present, else Origin; a request with neither is refused.</summary>
    public static bool IsMet(StringValues fetchSite, StringValues origin, string self)
    {
        if (fetchSite.Count > 0)
        {
            return fetchSite.Count == 1 && string.Equals(fetchSite[0], "same-origin", StringComparison.Ordinal);
        }

        return origin.Count == 1 && string.Equals(origin[0], self, StringComparison.OrdinalIgnoreCase);
    }
}
