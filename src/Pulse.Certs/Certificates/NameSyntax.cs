using System.Buffers;

namespace Pulse.Certs;

/// <summary>The written forms of names: what is not one of these is refused, never repaired.</summary>
internal static class NameSyntax
{
    private const int MaxHostLength = 253;

    private const string LettersAndDigits = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    private static readonly SearchValues<char> OfLabel = SearchValues.Create(LettersAndDigits + "-");

    private static readonly SearchValues<char> OfScheme = SearchValues.Create(LettersAndDigits + "+-.");

    /// <summary>RFC 5322 §3.2.3.</summary>
    private static readonly SearchValues<char> OfAtom = SearchValues.Create(LettersAndDigits + "!#$%&'*+-/=?^_`{|}~");

    private static readonly SearchValues<char> NeverInUri = SearchValues.Create("\"<>\\^`{|}");

    /// <summary>Whether it is a host name of letters, digits and hyphens (RFC 1034 §3.5, RFC 1123 §2.1), without a trailing dot.</summary>
    public static bool IsHost(ReadOnlySpan<char> name)
    {
        if (name.Length > MaxHostLength)
        {
            return false;
        }

        foreach (var range in name.Split('.'))
        {
            if (!IsLabel(name[range]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Whether it is a host name whose first label may be a lone asterisk (RFC 9525 §6.3), and no address in the place of a name: the last
    /// label of one is never a number (RFC 3696 §2).
    /// </summary>
    public static bool IsHostPattern(ReadOnlySpan<char> name) =>
        IsHost(IsWildcard(name) ? name[2..] : name) && !IsNumeric(name[(name.LastIndexOf('.') + 1)..]);

    public static bool IsWildcard(ReadOnlySpan<char> name) => name.StartsWith("*.", StringComparison.Ordinal);

    /// <summary>
    /// Where the only @ of a mailbox stands (RFC 5280 §4.2.1.6, a dot-string local part); negative when the text is none. Quoted local
    /// parts are not taken: they may hold a second @ that another reader splits at.
    /// </summary>
    public static int SplitMailbox(ReadOnlySpan<char> mailbox)
    {
        var at = mailbox.IndexOf('@');
        if (at <= 0 || !IsHost(mailbox[(at + 1)..]))
        {
            return -1;
        }

        foreach (var range in mailbox[..at].Split('.'))
        {
            if (!IsAtom(mailbox[..at][range]))
            {
                return -1;
            }
        }

        return at;
    }

    /// <summary>Whether it is a URI with a scheme and without characters no URI has (RFC 3986 §2).</summary>
    public static bool IsUri(ReadOnlySpan<char> uri)
    {
        var colon = uri.IndexOf(':');
        if (colon <= 0 || !char.IsAsciiLetter(uri[0]) || uri.ContainsAny(NeverInUri) || uri.ContainsAnyExceptInRange('!', '~'))
        {
            return false;
        }

        return !uri[..colon].ContainsAnyExcept(OfScheme);
    }

    /// <summary>The host of a URI; empty when it has none, or one that is no host name.</summary>
    public static string HostOf(string uri)
    {
        var start = uri.IndexOf("://", StringComparison.Ordinal);
        if (start <= 0 || start != uri.IndexOf(':', StringComparison.Ordinal))
        {
            return string.Empty;
        }

        var authority = uri.AsSpan(start + 3);
        var end = authority.IndexOfAny("/?#");
        authority = end < 0 ? authority : authority[..end];
        authority = authority[(authority.LastIndexOf('@') + 1)..];
        var port = authority.IndexOf(':');
        var host = port < 0 ? authority : authority[..port];

        // The rule for URIs is about host names alone: an address written as one would go around it (RFC 5280 §4.2.1.10).
        return IsHost(host) && !IsNumeric(host[(host.LastIndexOf('.') + 1)..]) ? host.ToString() : string.Empty;
    }

    private static bool IsNumeric(ReadOnlySpan<char> label) => !label.ContainsAnyExceptInRange('0', '9');

    private static bool IsLabel(ReadOnlySpan<char> label)
    {
        if (label.Length is 0 or > 63 || label[0] == '-' || label[^1] == '-')
        {
            return false;
        }

        return !label.ContainsAnyExcept(OfLabel);
    }

    private static bool IsAtom(ReadOnlySpan<char> atom) => !atom.IsEmpty && !atom.ContainsAnyExcept(OfAtom);
}
