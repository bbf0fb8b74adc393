using System.Buffers;

namespace Pulse.Auth;

/// <summary>Where the browser goes after login: a path of this site, whatever the link said.</summary>
internal static class LocalReturn
{
    private const int MaxLength = 2048;

    private static readonly SearchValues<char> Refused = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(control => (char)control), '\x7F', '\\']);

    public static string Or(string? url, string otherwise) => IsLocal(url) ? url! : otherwise;

    /// <summary>One slash, then no second slash in any of its spellings: browsers read "//" and "/\" as another host.</summary>
    public static bool IsLocal(string? url)
    {
        if (string.IsNullOrEmpty(url) || url.Length > MaxLength || url[0] != '/')
        {
            return false;
        }

        if (url.AsSpan().ContainsAny(Refused))
        {
            return false;
        }

        var rest = url.AsSpan(1);
        return !rest.StartsWith("/")
            && !rest.StartsWith("%2f", StringComparison.OrdinalIgnoreCase)
            && !rest.StartsWith("%5c", StringComparison.OrdinalIgnoreCase);
    }
}
