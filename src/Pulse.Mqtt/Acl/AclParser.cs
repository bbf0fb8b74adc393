using System.Text.Unicode;

namespace Pulse.Mqtt;

/// <summary>Reads <c>acl_file</c> line by line, as Mosquitto 2.0's <c>security_default.c</c> does; Strict adds its own refusals.</summary>
internal sealed class AclParser(AclDialect dialect, AclLint? lint = null)
{
    // Mosquitto reads lines, line feed included, into a buffer for 255 bytes that grows by 1000 and never shrinks; a last line without line
    // feed that fills it exactly is lost.
    private const int FirstBuffer = 255;
    private const int BufferGrowth = 1000;

    private readonly List<AclDiagnostic> _diagnostics = [];
    private readonly List<AclRule> _anonymous = [];
    private readonly List<AclRule> _patterns = [];
    private readonly Dictionary<byte[], List<AclRule>> _users = new(ByteArrayComparer.Instance);
    private List<AclRule>? _section;
    private int _line;
    private int _longest;

    private bool Strict => dialect == AclDialect.Strict;

    // What Strict refuses, the linter tells of a file in the broker's dialect too.
    private bool Pedantic => Strict || lint is not null;

    public AclParseResult Parse(ReadOnlySpan<byte> file)
    {
        _section = _anonymous;
        foreach (var range in file.Split((byte)'\n'))
        {
            _line++;
            var line = file[range];
            var isComplete = range.End.Value < file.Length;
            if (!isComplete && line.IsEmpty)
            {
                // Behind the last line feed there is no line.
                break;
            }

            if (line.Contains((byte)0))
            {
                Report(AclDiagnosticCode.NulByte, Strict);
                break;
            }

            _longest = Math.Max(_longest, line.Length + (isComplete ? 1 : 0));
            ParseLine(isComplete ? line : LastLine(line));
        }

        return Result();
    }

    /// <summary>A last line that no line feed ends, or nothing when the broker loses it.</summary>
    private ReadOnlySpan<byte> LastLine(ReadOnlySpan<byte> line)
    {
        if (Pedantic)
        {
            Report(AclDiagnosticCode.MissingFinalLineFeed, Strict);
        }

        var growths = (Math.Max(0, _longest - FirstBuffer) + BufferGrowth - 1) / BufferGrowth;
        if (line.Length != FirstBuffer + (growths * BufferGrowth))
        {
            return line;
        }

        Report(AclDiagnosticCode.DroppedLastLine, isError: false);
        return [];
    }

    private void ParseLine(ReadOnlySpan<byte> raw)
    {
        var line = raw.TrimEnd(Whitespace);
        if (line.StartsWith("#"u8))
        {
            return;
        }

        if (Pedantic)
        {
            CheckText(raw, line);
        }

        line = line.TrimStart((byte)' ');
        if (line.IsEmpty)
        {
            return;
        }

        var keyword = Word(line, out var rest);
        if (keyword.SequenceEqual("user"u8))
        {
            ParseUser(rest);
        }
        else if (keyword.SequenceEqual("topic"u8))
        {
            ParseRule(rest, isPattern: false);
        }
        else if (keyword.SequenceEqual("pattern"u8))
        {
            ParseRule(rest, isPattern: true);
        }
        else
        {
            Report(AclDiagnosticCode.UnknownKeyword, isError: true);
        }
    }

    private void ParseUser(ReadOnlySpan<byte> rest)
    {
        var name = rest.Trim(Whitespace);
        if (name.IsEmpty)
        {
            Report(AclDiagnosticCode.MissingUserName, isError: true);
            return;
        }

        if (Pedantic && name.IndexOfAny("/+#$"u8) >= 0)
        {
            Report(AclDiagnosticCode.AmbiguousUserName, Strict);
        }

        lint?.OnUser(_line, name);

        var user = name.ToArray();
        if (!_users.TryGetValue(user, out _section))
        {
            _section = [];
            _users.Add(user, _section);
        }
    }

    private void ParseRule(ReadOnlySpan<byte> rest, bool isPattern)
    {
        var first = Word(rest.TrimStart((byte)' '), out var remainder);
        if (first.IsEmpty)
        {
            Report(AclDiagnosticCode.MissingTopic, isError: true);
            return;
        }

        var topic = remainder.Trim(Whitespace);
        var grant = AclGrant.ReadWrite;
        if (topic.IsEmpty)
        {
            // A lone word is the topic, even when it spells an access word.
            topic = first;
            CheckLoneTopic(first);
        }
        else if (!TryReadGrant(first, out grant))
        {
            Report(AclDiagnosticCode.InvalidAccess, isError: true);
            return;
        }

        if (!TopicFilter.IsValid(topic))
        {
            Report(AclDiagnosticCode.InvalidTopic, isError: true);
            return;
        }

        var rule = new AclRule(topic.ToArray(), grant, _line);
        lint?.OnRule(rule, isPattern);
        if (isPattern)
        {
            CheckPattern(rule);
            _patterns.Add(rule);
        }
        else
        {
            _section!.Add(rule);
        }
    }

    private void CheckLoneTopic(ReadOnlySpan<byte> word)
    {
        if (TryReadGrant(word, out _))
        {
            Report(AclDiagnosticCode.AccessWordIsTopic, isError: false);
        }

        if (Pedantic)
        {
            Report(AclDiagnosticCode.MissingAccess, Strict);
        }
    }

    private void CheckPattern(AclRule rule)
    {
        if (!rule.HasTokens)
        {
            Report(AclDiagnosticCode.PatternForEverybody, Strict);
        }

        if (!Pedantic)
        {
            return;
        }

        var isFirst = true;
        foreach (var range in rule.Filter.Split((byte)'/'))
        {
            var text = rule.Filter[range];
            var isToken = text.SequenceEqual("%c"u8) || text.SequenceEqual("%u"u8);
            var holdsToken = text.IndexOf("%c"u8) >= 0 || text.IndexOf("%u"u8) >= 0;
            if (holdsToken && (!isToken || isFirst))
            {
                Report(AclDiagnosticCode.AmbiguousToken, Strict);
            }

            isFirst = false;
        }
    }

    private void CheckText(ReadOnlySpan<byte> raw, ReadOnlySpan<byte> trimmed)
    {
        if (raw.Length != trimmed.Length)
        {
            Report(AclDiagnosticCode.TrailingWhiteSpace, Strict);
        }

        if (!Utf8.IsValid(trimmed) || trimmed.ContainsAnyInRange((byte)0, (byte)0x1F) || trimmed.Contains((byte)0x7F))
        {
            Report(AclDiagnosticCode.InvalidText, Strict);
        }
    }

    private static bool TryReadGrant(ReadOnlySpan<byte> word, out AclGrant grant)
    {
        (var known, grant) = word switch
        {
            _ when word.SequenceEqual("read"u8) => (true, AclGrant.Read),
            _ when word.SequenceEqual("write"u8) => (true, AclGrant.Write),
            _ when word.SequenceEqual("readwrite"u8) => (true, AclGrant.ReadWrite),
            _ => (word.SequenceEqual("deny"u8), AclGrant.Deny),
        };
        return known;
    }

    /// <summary>The bytes up to the next space, the only byte that separates words.</summary>
    private static ReadOnlySpan<byte> Word(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> rest)
    {
        var space = line.IndexOf((byte)' ');
        rest = space == -1 ? [] : line[(space + 1)..];
        return space == -1 ? line : line[..space];
    }

    private static ReadOnlySpan<byte> Whitespace => " \t\r\n\v\f"u8;

    private void Report(AclDiagnosticCode code, bool isError) =>
        _diagnostics.Add(new AclDiagnostic(_line, code, isError ? AclSeverity.Error : AclSeverity.Warning));

    private AclParseResult Result()
    {
        if (_diagnostics.Exists(static diagnostic => diagnostic.Severity == AclSeverity.Error))
        {
            return new AclParseResult(document: null, _diagnostics);
        }

        var users = new Dictionary<UserNameKey, AclRuleList>(_users.Count);
        foreach (var (name, rules) in _users)
        {
            users.Add(new UserNameKey(name), new AclRuleList(rules));
        }

        var patterns = _patterns.Count == 0 ? null : new AclRuleList(_patterns);
        return new AclParseResult(new AclDocument(dialect, new AclRuleList(_anonymous), users, patterns), _diagnostics);
    }
}
