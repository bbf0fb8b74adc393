namespace Pulse.Mqtt;

/// <summary>The rules of one user, or all patterns: denials are looked at before grants, whatever the order of the lines.</summary>
internal sealed class AclRuleList
{
    private readonly AclRuleIndex _denies;
    private readonly AclRuleIndex _grants;

    public AclRuleList(IReadOnlyList<AclRule> rules)
    {
        Denies = [.. rules.Where(static rule => rule.Grant == AclGrant.Deny)];
        Grants = [.. rules.Where(static rule => rule.Grant != AclGrant.Deny)];
        _denies = new AclRuleIndex(Denies);
        _grants = new AclRuleIndex(Grants);
    }

    public AclRule[] Denies { get; }

    public AclRule[] Grants { get; }

    /// <summary>The first denial that covers a topic.</summary>
    public AclRule? FindDeny(ReadOnlySpan<byte> topic) => _denies.First(AclGrant.Deny, topic);

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
    public AclRule? FindGrant(AclGrant access, ReadOnlySpan<byte> asked) => _grants.First(access, asked);
}
