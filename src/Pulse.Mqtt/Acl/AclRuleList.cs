namespace Pulse.Mqtt;

/// <summary>The rules of one user, or all patterns: denials are looked at before grants, whatever the order of the lines.</summary>
internal sealed class AclRuleList
{
    /// <summary>From this many rules on a tree is quicker than looking at each.</summary>
    public const int TreeFrom = 24;

    private readonly AclRuleTree? _denyTree;
    private readonly AclRuleTree? _grantTree;
    private readonly AclRuleProbe[] _denyProbes;
    private readonly AclRuleProbe[] _grantProbes;

    public AclRuleList(IEnumerable<AclRule> rules)
    {
        Denies = [.. rules.Where(static rule => rule.Grant == AclGrant.Deny)];
        Grants = [.. rules.Where(static rule => rule.Grant != AclGrant.Deny)];
        _denyProbes = [.. Denies.Select(static rule => rule.Probe)];
        _grantProbes = [.. Grants.Select(static rule => rule.Probe)];
        _denyTree = Denies.Length < TreeFrom ? null : new AclRuleTree(Denies);
        _grantTree = Grants.Length < TreeFrom ? null : new AclRuleTree(Grants);
    }

    public AclRule[] Denies { get; }

    public AclRule[] Grants { get; }

    /// <summary>The first denial that covers a topic.</summary>
    public AclRule? FindDeny(ReadOnlySpan<byte> topic)
    {
        if (_denyTree is not null)
        {
            return _denyTree.First(AclGrant.Deny, topic);
        }

        for (var i = 0; i < _denyProbes.Length; i++)
        {
            if (_denyProbes[i].MayCover(topic) && Denies[i].Covers(topic))
            {
                return Denies[i];
            }
        }

        return null;
    }

    /// <summary>The first denial that covers a part of what a filter can match.</summary>
    public AclRule? FindDenyTouching(ReadOnlySpan<byte> filter)
    {
        foreach (var rule in Denies)
        {
            if (TopicFilter.Intersects(rule.Filter, filter))
            {
                return rule;
            }
        }

        return null;
    }

    /// <summary>The first grant of an access that covers a topic or filter.</summary>
    public AclRule? FindGrant(AclGrant access, ReadOnlySpan<byte> asked)
    {
        if (_grantTree is not null)
        {
            return _grantTree.First(access, asked);
        }

        for (var i = 0; i < _grantProbes.Length; i++)
        {
            if (_grantProbes[i].MayCover(asked) && (Grants[i].Grant & access) != 0 && Grants[i].Covers(asked))
            {
                return Grants[i];
            }
        }

        return null;
    }
}
