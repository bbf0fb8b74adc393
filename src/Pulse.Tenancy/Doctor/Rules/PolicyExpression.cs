using System.Buffers;

namespace Pulse.Tenancy;

/// <summary>
/// A policy's condition as the server writes it, read word by word: a text is one word with its quotes, so that a condition
/// about the text 'session_user' is none about the user.
/// </summary>
internal sealed class PolicyExpression
{
    private static readonly SearchValues<char> NameParts = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_$");

    private readonly List<string> _words = [];
    private readonly List<Place> _places = [];

    private PolicyExpression()
    {
    }

    /// <summary>It is the constant true.</summary>
    public bool IsTrue => _words is ["true"];

    public bool MentionsTenant => _words.Contains(KeySql.Tenant);

    /// <summary>Rows whose tenant is null pass.</summary>
    public bool AcceptsNullTenant => Follows(KeySql.Tenant, "IS", "NULL");

    /// <summary>The tenant's column is converted before it is compared; the server puts what it converts into parentheses.</summary>
    public bool CastsTenant => Follows("(", KeySql.Tenant, ")", ":", ":");

    /// <summary>The user of the connection decides.</summary>
    public bool ReadsUser => _words.Exists(word => word is "CURRENT_USER" or "SESSION_USER" or "CURRENT_ROLE" or "USER" or "getpgusername");

    /// <summary>A function that belongs to the statement is called outside a SELECT of its own.</summary>
    public bool CallsPerRow => Calls("tenant_id").Concat(Calls("current_setting")).Any(at => _places[at] == Place.Outside);

    /// <summary>It asks another table. The FROM of IS DISTINCT FROM and of EXTRACT is in parentheses of its own.</summary>
    public bool ReadsTables => Positions("FROM").Any(at => _places[at] == Place.Select);

    /// <summary>It reads this setting; the case of its name does not matter.</summary>
    public bool ReadsSetting(string name) =>
        Calls("current_setting").Any(at => $"'{name}'".Equals(_words.ElementAtOrDefault(at + 2), StringComparison.OrdinalIgnoreCase));

    public static PolicyExpression Read(string? text)
    {
        var expression = new PolicyExpression();
        var open = new Stack<Place>();
        var rest = (text ?? string.Empty).AsSpan();
        while (rest.Length > 0)
        {
            var length = Length(rest);
            expression.Take(rest[..length], open);
            rest = rest[length..];
        }

        return expression;
    }

    private void Take(ReadOnlySpan<char> word, Stack<Place> open)
    {
        if (char.IsWhiteSpace(word[0]))
        {
            return;
        }

        if (word.SequenceEqual("SELECT"))
        {
            // The parenthesis that was just opened is a subquery's.
            open.TryPop(out _);
            open.Push(Place.Select);
        }

        if (word.SequenceEqual(")"))
        {
            open.TryPop(out _);
        }

        open.TryPeek(out var place);
        _words.Add(word.ToString());
        _places.Add(place);

        if (word.SequenceEqual("("))
        {
            open.Push(place == Place.Outside ? Place.Outside : Place.InSelect);
        }
    }

    /// <summary>How long the word is that the text begins with: a blank, a text, a quoted or plain name, or one sign.</summary>
    private static int Length(ReadOnlySpan<char> text)
    {
        if (text[0] is '\'' or '"')
        {
            // Behind the closing quote. A doubled quote inside ends one quoted piece and begins the next.
            return text[1..].IndexOf(text[0]) + 2;
        }

        var end = text.IndexOfAnyExcept(NameParts);
        return end < 0 ? text.Length : Math.Max(1, end);
    }

    private IEnumerable<int> Positions(string word) => Enumerable.Range(0, _words.Count).Where(at => _words[at] == word);

    private IEnumerable<int> Calls(string function) => Positions(function).Where(at => _words.ElementAtOrDefault(at + 1) == "(");

    private bool Follows(params string[] words) =>
        Enumerable.Range(0, _words.Count).Any(at => _words.Skip(at).Take(words.Length).SequenceEqual(words));

    private enum Place
    {
        /// <summary>In no subquery: worked out for each row.</summary>
        Outside,

        /// <summary>A subquery's own words.</summary>
        Select,

        /// <summary>In parentheses inside a subquery.</summary>
        InSelect,
    }
}
