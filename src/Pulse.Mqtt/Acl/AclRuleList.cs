namespace Pulse.Mqtt;

/// <summary>The rules of one user, or all patterns: denials are looked at before grants, whatever the order of the lines.</summary>
internal sealed class AclRuleList(IEnumerable<AclRule> rules)
{
    public AclRule[] Denies { get; } = [.. rules.Where(static rule => rule.Grant == AclGrant.Deny)];

    public AclRule[] Grants { get; } = [.. rules.Where(static rule => rule.Grant != AclGrant.Deny)];
}
