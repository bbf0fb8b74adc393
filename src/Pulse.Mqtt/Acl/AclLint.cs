using System.Text;
using System.Text.Unicode;

namespace Pulse.Mqtt;

/// <summary>Listens to the parser and judges what only several lines together, or their sense, can show.</summary>
internal sealed class AclLint
{
    private readonly List<AclDiagnostic> _found = [];
    private readonly List<Section> _sections = [new Section(0)];
    private readonly Dictionary<string, Section> _byName = new(StringComparer.Ordinal);
    private readonly List<AclRule> _patterns = [];
    private Section? _pending;

    public void OnUser(int line, ReadOnlySpan<byte> name)
    {
        CheckPending();
        var text = Encoding.Latin1.GetString(name);
        if (_byName.TryGetValue(text, out var known))
        {
            Warn(line, AclDiagnosticCode.RepeatedUser);
            _sections.Add(known);
            _pending = new Section(line);
            return;
        }

        var section = new Section(line);
        _byName.Add(text, section);
        _sections.Add(section);
        _pending = section;
    }

    public void OnRule(AclRule rule, bool isPattern)
    {
        CheckFilter(rule);
        if (isPattern)
        {
            _patterns.Add(rule);
            if (rule.Filter.IndexOf("%c"u8) >= 0)
            {
                Warn(rule.Line, AclDiagnosticCode.ClientIdPattern);
            }

            return;
        }

        if (rule.HasTokens)
        {
            Warn(rule.Line, AclDiagnosticCode.TokenInTopic);
        }

        _pending = null;
        _sections[^1].Rules.Add(rule);
    }

    public IReadOnlyList<AclDiagnostic> Finish()
    {
        CheckPending();
        var sections = _sections.Distinct().ToList();
        if (sections[0].Rules.Count > 0)
        {
            Warn(sections[0].Rules[0].Line, AclDiagnosticCode.AnonymousRules);
        }

        if (_byName.Count > AclLinter.MaxUsers)
        {
            Warn(sections[AclLinter.MaxUsers + 1].Line, AclDiagnosticCode.TooManyUsers);
        }

        var grants = sections.SelectMany(static section => section.Rules).Where(IsGrant).ToList();
        if (grants.Count == 0 && !_patterns.Exists(IsGrant))
        {
            Warn(1, AclDiagnosticCode.NothingGranted);
        }

        foreach (var rules in sections.Select(static section => section.Rules).Append(_patterns))
        {
            CheckShadows(rules);
        }

        CheckPatternDenials(grants);
        return _found;
    }

    private static bool IsGrant(AclRule rule) => rule.Grant != AclGrant.Deny;

    private void CheckPending()
    {
        if (_pending is not null)
        {
            Warn(_pending.Line, AclDiagnosticCode.UserWithoutRules);
            _pending = null;
        }
    }

    private void CheckFilter(AclRule rule)
    {
        var filter = rule.Filter;
        if (StartsWithAccessWord(filter))
        {
            Warn(rule.Line, AclDiagnosticCode.AccessWordInTopic);
        }

        if (!Utf8.IsValid(filter) || TopicText.HoldsUnwanted(filter))
        {
            Warn(rule.Line, AclDiagnosticCode.UnpublishableTopic);
        }

        if (!IsGrant(rule))
        {
            return;
        }

        if (filter.StartsWith("$share"u8) || (rule.Grant == AclGrant.Write && filter.StartsWith("$SYS"u8) && !IsBridgeState(filter)))
        {
            Warn(rule.Line, AclDiagnosticCode.ServerTopic);
        }

        if (filter.SequenceEqual("#"u8))
        {
            Warn(rule.Line, AclDiagnosticCode.GrantsEverything);
        }
    }

    private static bool StartsWithAccessWord(ReadOnlySpan<byte> filter) =>
        filter.StartsWith("read "u8) || filter.StartsWith("write "u8) || filter.StartsWith("readwrite "u8) || filter.StartsWith("deny "u8);

    // Bridges may publish their state, the one exception.
    private static bool IsBridgeState(ReadOnlySpan<byte> filter) => TopicFilter.Intersects(filter, "$SYS/broker/connection/+/state"u8);

    private void CheckShadows(List<AclRule> rules)
    {
        var compiled = new AclRuleList(rules);
        foreach (var grant in compiled.Grants)
        {
            if (compiled.FindDeny(grant.Filter) is not null)
            {
                Warn(grant.Line, AclDiagnosticCode.ShadowedGrant);
            }
        }
    }

    private void CheckPatternDenials(List<AclRule> grants)
    {
        foreach (var deny in _patterns.Where(static rule => !IsGrant(rule)))
        {
            var widest = Widest(deny.Filter);
            if (grants.Exists(grant => TopicFilter.Intersects(widest, grant.Filter)))
            {
                Warn(deny.Line, AclDiagnosticCode.PatternDenyOverridden);
            }
        }
    }

    /// <summary>The filter with <c>+</c> for each level that depends on the client.</summary>
    private static byte[] Widest(ReadOnlySpan<byte> pattern)
    {
        var levels = Encoding.Latin1.GetString(pattern).Split('/')
            .Select(static level => level.Contains("%c", StringComparison.Ordinal) || level.Contains("%u", StringComparison.Ordinal) ? "+" : level);
        return Encoding.Latin1.GetBytes(string.Join('/', levels));
    }

    private void Warn(int line, AclDiagnosticCode code) => _found.Add(new AclDiagnostic(line, code, AclSeverity.Warning));

    private sealed class Section(int line)
    {
        public int Line => line;

        public List<AclRule> Rules { get; } = [];
    }
}
