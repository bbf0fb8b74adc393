using System.Net;
using System.Text.RegularExpressions;

namespace Pulse.ReferenceHost.Development.Identity;

/// <summary>The sign-in form of a provider's page: where it goes, what it carries hidden, what it asks for.</summary>
internal sealed partial class LoginForm
{
    private readonly Dictionary<string, string> _hidden;
    private readonly bool _asksUserName;

    private LoginForm(Uri action, Dictionary<string, string> hidden, bool asksUserName, bool asksPassword)
    {
        Action = action;
        _hidden = hidden;
        _asksUserName = asksUserName;
        AsksPassword = asksPassword;
    }

    public Uri Action { get; }

    public bool AsksPassword { get; }

    /// <summary>The first form that asks for a user name or a password; null when the page has none.</summary>
    public static LoginForm? Find(string html, Uri page)
    {
        foreach (Match form in FormElement().Matches(html))
        {
            var inputs = InputElement().Matches(form.Groups["body"].Value).Select(input => Attributes(input.Groups["attributes"].Value)).ToList();
            var asksUserName = inputs.Any(input => IsVisible(input) && input.GetValueOrDefault("name") == "username");
            var asksPassword = inputs.Any(input => input.GetValueOrDefault("type") == "password");
            if (!asksUserName && !asksPassword)
            {
                continue;
            }

            var hidden = inputs
                .Where(input => !IsVisible(input) && input.ContainsKey("name"))
                .ToDictionary(input => input["name"], input => input.GetValueOrDefault("value", string.Empty), StringComparer.Ordinal);
            var action = Attributes(form.Groups["attributes"].Value).GetValueOrDefault("action", string.Empty);
            return new LoginForm(new Uri(page, action), hidden, asksUserName, asksPassword);
        }

        return null;
    }

    /// <summary>The form's body: the hidden fields, and what it asks for.</summary>
    public IReadOnlyDictionary<string, string> Fill(string userName, string password)
    {
        var fields = new Dictionary<string, string>(_hidden, StringComparer.Ordinal);
        if (_asksUserName)
        {
            fields["username"] = userName;
        }

        if (AsksPassword)
        {
            fields["password"] = password;
        }

        return fields;
    }

    /// <summary>What the page says went wrong: its error element, else its title; a text without markup speaks for itself.</summary>
    public static string Message(string html)
    {
        var error = ErrorElement().Match(html);
        var said = error.Success ? error : TitleElement().Match(html);
        var markup = said.Success ? said.Groups["text"].Value : html.Contains('<', StringComparison.Ordinal) ? string.Empty : html;
        var text = WebUtility.HtmlDecode(AnyTag().Replace(markup, " "));
        text = Blanks().Replace(text, " ").Trim();
        return text.Length switch
        {
            0 => "the page says nothing",
            > 300 => text[..300],
            _ => text,
        };
    }

    private static bool IsVisible(Dictionary<string, string> input) => input.GetValueOrDefault("type") != "hidden";

    private static Dictionary<string, string> Attributes(string text)
    {
        var attributes = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (Match attribute in Attribute().Matches(text))
        {
            attributes.TryAdd(attribute.Groups["name"].Value, WebUtility.HtmlDecode(attribute.Groups["value"].Value));
        }

        return attributes;
    }

    [GeneratedRegex("<form(?<attributes>[^>]*)>(?<body>.*?)</form>", RegexOptions.Singleline | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex FormElement();

    [GeneratedRegex("<input(?<attributes>[^>]*)>", RegexOptions.Singleline | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex InputElement();

    [GeneratedRegex("(?<name>[a-z-]+)\\s*=\\s*\"(?<value>[^\"]*)\"", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Attribute();

    [GeneratedRegex(
        "<(?<tag>[a-z0-9]+)[^>]*(?:id=\"(?:error|input-error[a-z-]*|kc-error-message)\"|class=\"[^\"]*kc-feedback-text[^\"]*\")[^>]*>(?<text>.*?)</\\k<tag>>",
        RegexOptions.Singleline | RegexOptions.IgnoreCase,
        1000)]
    private static partial Regex ErrorElement();

    [GeneratedRegex("<title[^>]*>(?<text>.*?)</title>", RegexOptions.Singleline | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex TitleElement();

    [GeneratedRegex("<[^>]*>", RegexOptions.None, 1000)]
    private static partial Regex AnyTag();

    [GeneratedRegex("\\s+", RegexOptions.None, 1000)]
    private static partial Regex Blanks();
}
