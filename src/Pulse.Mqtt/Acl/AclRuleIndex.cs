namespace Pulse.Mqtt;

/// <summary>All denials or all grants of a section, in the order of their lines.</summary>
internal sealed class AclRuleIndex
{
    /// <summary>From this many rules on a tree is quicker than looking at each.</summary>
    public const int TreeFrom = 24;

    private readonly AclRule[] _rules;
    private readonly AclRuleProbe[] _probes;
    private readonly AclRuleTree? _tree;

    public AclRuleIndex(AclRule[] rules)
    {
        _rules = rules;
        _probes = [.. rules.Select(static rule => rule.Probe)];

        // Stryker disable once Equality,Conditional : both ways give the same rule, one of them sooner
        _tree = rules.Length < TreeFrom ? null : new AclRuleTree(rules);
    }

    /// <summary>The first rule that gives an access and covers a topic or filter.</summary>
    public AclRule? First(AclGrant access, ReadOnlySpan<byte> asked)
    {
        if (_tree is not null)
        {
            return _tree.First(access, asked);
        }

        for (var i = 0; i < _probes.Length; i++)
        {
            if (_probes[i].MayCover(asked) && _rules[i].Gives(access) && _rules[i].Covers(asked))
            {
                return _rules[i];
            }
        }

        return null;
    }
}
