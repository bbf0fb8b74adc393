using Microsoft.Extensions.Primitives;

namespace Pulse.Auth;

/// <summary>Reads the <c>Authorization</c> header (RFC 6750 §2.1): the only place a token is taken from.</summary>
internal static class BearerHeader
{
    private const string Prefix = "Bearer ";

    /// <returns>True with a token; false with none, or with a header that must be refused.</returns>
    public static bool TryRead(StringValues header, out string token, out bool refused)
    {
        token = "";
        refused = false;
        if (header.Count == 0)
        {
            return false;
        }

        // Two headers: proxies and frameworks disagree on which one counts.
        if (header.Count > 1)
        {
            refused = true;
            return false;
        }

        var value = header[0] ?? "";
        if (!IsBearer(value))
        {
            return false;
        }

        token = value.Length > Prefix.Length ? value[Prefix.Length..] : "";
        refused = token.Length == 0 || value[Prefix.Length - 1] != ' ' || token.Contains(' ', StringComparison.Ordinal);
        return !refused;
    }

    // Another scheme is not ours to refuse; "Bearer" followed by anything but a space is.
    private static bool IsBearer(string value)
    {
        var word = Prefix.AsSpan(0, Prefix.Length - 1);
        if (!value.AsSpan().StartsWith(word, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        return value.Length == word.Length || !char.IsAsciiLetterOrDigit(value[word.Length]);
    }
}
