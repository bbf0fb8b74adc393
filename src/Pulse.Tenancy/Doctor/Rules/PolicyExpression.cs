namespace Pulse.Tenancy;

/// <summary>
/// A policy's condition as the server writes it, read word by word: texts are left out, so that a condition about the text
/// 'session_user' is none about the user.
/// </summary>
internal sealed class PolicyExpression
{
    private readonly List<string> _words = [];
    private readonly List<string> _texts = [];
    private readonly List<bool> _inSelect = [];

    private PolicyExpression()
    {
    }

    /// <summary>It is the constant true.</summary>
    public bool IsTrue => _words is ["true"];

    public bool MentionsTenant => _words.Contains(KeySql.Tenant);

    /// <summary>Rows whose tenant is null pass.</summary>
    public bool AcceptsNullTenant => Follows(KeySql.Tenant, "IS", "NULL");

    /// <summary>The tenant's column is converted before it is compared.</summary>
    public bool CastsTenant => Follows("(", KeySql.Tenant, ")", ":", ":") || Follows(KeySql.Tenant, ":", ":");

    /// <summary>The user of the connection decides.</summary>
    public bool ReadsUser => _words.Exists(word => word is "CURRENT_USER" or "SESSION_USER" or "CURRENT_ROLE" or "USER" or "getpgusername");

    /// <summary>A function that belongs to the statement is called outside a SELECT of its own.</summary>
    public bool CallsPerRow => Calls("tenant_id").Concat(Calls("current_setting")).Any(at => !_inSelect[at]);

    /// <summary>It asks another table. IS DISTINCT FROM names none.</summary>
    public bool ReadsTables => Positions("FROM").Any(at => _inSelect[at] && _words[at - 1] != "DISTINCT");

    /// <summary>It reads this setting; the case of its name does not matter.</summary>
    public bool ReadsSetting(string name) =>
        Calls("current_setting").Any(at => TextAt(at + 2).Equals(name, StringComparison.OrdinalIgnoreCase));

    public static PolicyExpression Read(string? text)
    {
        var expression = new PolicyExpression();
        var nesting = new Stack<bool>([false]);
        var rest = (text ?? string.Empty).AsSpan();
        while (rest.Length > 0)
        {
            var length = Length(rest);
            expression.Take(rest[..length], nesting);
            rest = rest[length..];
        }

        return expression;
    }

    private void Take(ReadOnlySpan<char> word, Stack<bool> nesting)
    {
        if (char.IsWhiteSpace(word[0]))
        {
            return;
        }

        if (word.SequenceEqual("SELECT"))
        {
            // The parenthesis that was just opened is a subquery's.
            nesting.Pop();
            nesting.Push(true);
        }

        if (word.SequenceEqual(")") && nesting.Count > 1)
        {
            nesting.Pop();
        }

        _texts.Add(word[0] == '\'' ? Text(word) : string.Empty);
        _words.Add(word[0] == '\'' ? "'" : word.ToString());
        _inSelect.Add(nesting.Peek());

        if (word.SequenceEqual("("))
        {
            nesting.Push(nesting.Peek());
        }
    }

    /// <summary>How long the word is that the text begins with: a run of blanks, a text, a quoted or plain name, or one sign.</summary>
    private static int Length(ReadOnlySpan<char> text)
    {
        if (text[0] is '\'' or '"')
        {
            return QuotedLength(text, text[0]);
        }

        if (!IsNamePart(text[0]))
        {
            return 1;
        }

        var length = 1;
        while (length < text.Length && IsNamePart(text[length]))
        {
            length++;
        }

        return length;
    }

    // A doubled quote inside ends one quoted piece and begins the next.
    private static int QuotedLength(ReadOnlySpan<char> text, char quote)
    {
        var end = text[1..].IndexOf(quote);
        return end < 0 ? text.Length : end + 2;
    }

    private static bool IsNamePart(char character) => char.IsLetterOrDigit(character) || character is '_' or '$';

    private static string Text(ReadOnlySpan<char> literal) => literal.Trim('\'').ToString();

    private string TextAt(int position) => position < _texts.Count ? _texts[position] : string.Empty;

    private IEnumerable<int> Positions(string word) => Enumerable.Range(0, _words.Count).Where(at => _words[at] == word);

    private IEnumerable<int> Calls(string function) => Positions(function).Where(at => at + 1 < _words.Count).Where(at => _words[at + 1] == "(");

    private bool Follows(params string[] words) => Enumerable.Range(0, Math.Max(0, _words.Count - words.Length + 1))
        .Any(at => _words.GetRange(at, words.Length).SequenceEqual(words));
}
