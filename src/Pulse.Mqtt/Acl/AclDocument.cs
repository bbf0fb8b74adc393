using System.Buffers;

namespace Pulse.Mqtt;

/// <summary>The rules of an ACL file, compiled. Immutable and safe for any number of threads.</summary>
public sealed class AclDocument
{
    private const int StackBytes = 512;

    private static readonly SearchValues<byte> WildcardBytes = SearchValues.Create("+#"u8);
    private static readonly SearchValues<byte> StrictUnsafeBytes = SearchValues.Create("+#/"u8);

    private readonly AclRuleList _anonymous;
    private readonly Dictionary<UserNameKey, AclRuleList> _users;

    internal AclDocument(AclDialect dialect, AclRuleList anonymous, Dictionary<UserNameKey, AclRuleList> users, AclRuleList? patterns)
    {
        Dialect = dialect;
        _anonymous = anonymous;
        _users = users;
        Patterns = patterns;
    }

    /// <summary>The dialect the file was read in.</summary>
    public AclDialect Dialect { get; }

    /// <summary>How many users have a section of their own.</summary>
    public int UserCount => _users.Count;

    internal AclRuleList? Patterns { get; }

    /// <summary>Reads a file. Nothing is thrown whatever the bytes are.</summary>
    /// <param name="file">The bytes of the file.</param>
    /// <param name="dialect">How to read them.</param>
    /// <returns>The rules or the errors, and warnings in either case.</returns>
    public static AclParseResult Parse(ReadOnlySpan<byte> file, AclDialect dialect = AclDialect.Strict) => new AclParser(dialect).Parse(file);

    /// <summary>Decides about one topic. Does not allocate.</summary>
    /// <param name="client">Who asks.</param>
    /// <param name="access">What for.</param>
    /// <param name="topic">The topic in UTF-8; one with wildcards is never allowed.</param>
    /// <returns>The decision and the rule that made it.</returns>
    public AclDecision Check(AclClient client, AclAccess access, ReadOnlySpan<byte> topic)
    {
        ArgumentNullException.ThrowIfNull(client);
        return Decide(RulesOf(client), client, expanded: null, access, topic);
    }

    /// <summary>
    /// Decides about a subscription. <see cref="AclDialect.Strict"/>: allowed only if one granting rule covers every topic the filter can match
    /// and no denying rule covers any; of a shared subscription (<c>$share/group/filter</c>) the filter is judged.
    /// <see cref="AclDialect.Mosquitto20"/>: as there, every well-formed subscription is allowed and each delivery is checked. Does not allocate.
    /// </summary>
    /// <param name="client">Who asks.</param>
    /// <param name="filter">The topic filter in UTF-8.</param>
    /// <returns>The decision and the rule that made it.</returns>
    public AclDecision CheckSubscribe(AclClient client, ReadOnlySpan<byte> filter)
    {
        ArgumentNullException.ThrowIfNull(client);
        return DecideSubscribe(RulesOf(client), client, expanded: null, filter);
    }

    /// <summary>The rules as they are for one client, tokens replaced: the quickest way to ask again and again. Keep it with the connection.</summary>
    /// <param name="client">Who asks.</param>
    /// <returns>The view; it decides exactly as this document does.</returns>
    public AclClientView For(AclClient client)
    {
        ArgumentNullException.ThrowIfNull(client);
        return new AclClientView(this, client);
    }

    /// <summary>Tells how a decision comes about: the rules that were looked at, in that order, and what became of each. For people; it allocates.</summary>
    /// <param name="client">Who asks.</param>
    /// <param name="access">What for.</param>
    /// <param name="topic">The topic in UTF-8.</param>
    /// <returns>The decision that <see cref="Check"/> makes, with its reasons.</returns>
    public AclExplanation Explain(AclClient client, AclAccess access, ReadOnlySpan<byte> topic)
    {
        ArgumentNullException.ThrowIfNull(client);
        return AclExplainer.Explain(this, client, access, topic);
    }

    /// <summary>Tells how the decision about a subscription comes about, as <see cref="Explain"/> does about a topic.</summary>
    /// <param name="client">Who asks.</param>
    /// <param name="filter">The topic filter in UTF-8.</param>
    /// <returns>The decision that <see cref="CheckSubscribe"/> makes, with its reasons.</returns>
    public AclExplanation ExplainSubscribe(AclClient client, ReadOnlySpan<byte> filter)
    {
        ArgumentNullException.ThrowIfNull(client);
        return AclExplainer.ExplainSubscribe(this, client, filter);
    }

    internal AclDecision Decide(AclRuleList? own, AclClient client, AclRuleList? expanded, AclAccess access, ReadOnlySpan<byte> topic)
    {
        if (topic.IsEmpty || topic.ContainsAny(WildcardBytes))
        {
            return Denied(0, AclReason.InvalidTopic);
        }

        if (IsReserved(access, topic))
        {
            return Denied(0, AclReason.SystemTopic);
        }

        var asked = access == AclAccess.Read ? AclGrant.Read : AclGrant.Write;

        // Stryker disable once Boolean : a topic is touched by just the rules that cover it
        return Decide(own, client, expanded, asked, topic, isFilter: false);
    }

    internal AclDecision DecideSubscribe(AclRuleList? own, AclClient client, AclRuleList? expanded, ReadOnlySpan<byte> filter)
    {
        if (filter.StartsWith("$share"u8) && !SharedSubscription.TryStrip(ref filter))
        {
            return Denied(0, AclReason.InvalidTopic);
        }

        if (!TopicFilter.IsValid(filter))
        {
            return Denied(0, AclReason.InvalidTopic);
        }

        return Dialect == AclDialect.Mosquitto20
            ? new AclDecision(Allowed: true, 0, AclReason.SubscribeUnchecked)
            : Decide(own, client, expanded, AclGrant.Read, filter, isFilter: true);
    }

    internal AclRuleList? RulesOf(AclClient client) =>
        client.UserNameKey is { } name ? _users.GetValueOrDefault(name) : _anonymous;

    internal bool IsSafeInPatterns(AclClient client)
    {
        if (Dialect == AclDialect.Mosquitto20)
        {
            return !client.ClientIdBytes.AsSpan().ContainsAny(WildcardBytes)
                && !client.UserNameBytes.AsSpan().ContainsAny(WildcardBytes);
        }

        return client.ClientIdBytes.Length > 0
            && !client.ClientIdBytes.AsSpan().ContainsAny(StrictUnsafeBytes)
            && !client.UserNameBytes.AsSpan().ContainsAny(StrictUnsafeBytes);
    }

    private static bool IsReserved(AclAccess access, ReadOnlySpan<byte> topic)
    {
        if (topic.StartsWith("$SYS"u8))
        {
            return access == AclAccess.Write && !TopicFilter.Contains("$SYS/broker/connection/+/state"u8, topic);
        }

        return topic.StartsWith("$share"u8);
    }

    private static AclDecision Denied(int line, AclReason reason) => new(Allowed: false, line, reason);

    private AclDecision Decide(
        AclRuleList? own, AclClient client, AclRuleList? expanded, AclGrant access, ReadOnlySpan<byte> asked, bool isFilter)
    {
        if (own is not null)
        {
            // Stryker disable once Conditional : a topic is touched by just the rules that cover it, which are found sooner
            var deny = isFilter ? own.FindDenyTouching(asked) : own.FindDeny(asked);
            if (deny is not null)
            {
                return Denied(deny.Line, AclReason.TopicDeny);
            }

            if (own.FindGrant(access, asked) is { } grant)
            {
                return new AclDecision(Allowed: true, grant.Line, AclReason.TopicAllow);
            }
        }

        if (Patterns is null)
        {
            return default;
        }

        return IsSafeInPatterns(client)
            ? DecidePatterns(client, expanded, access, asked, isFilter)
            : Denied(0, AclReason.UnsafeIdentity);
    }

    private AclDecision DecidePatterns(AclClient client, AclRuleList? expanded, AclGrant access, ReadOnlySpan<byte> asked, bool isFilter)
    {
        var deny = expanded switch
        {
            null => FindPattern(Patterns!.Denies, client, AclGrant.Deny, asked, isFilter),
            _ when isFilter => expanded.FindDenyTouching(asked),
            _ => expanded.FindDeny(asked),
        };
        if (deny is not null)
        {
            return Denied(deny.Line, AclReason.PatternDeny);
        }

        // Stryker disable once Conditional : a view's rules are the same ones, with their tokens replaced once
        var grant = expanded is null
            ? FindPattern(Patterns!.Grants, client, access, asked, touching: false)
            : expanded.FindGrant(access, asked);
        return grant is null ? default : new AclDecision(Allowed: true, grant.Line, AclReason.PatternAllow);
    }

    private static AclRule? FindPattern(AclRule[] rules, AclClient client, AclGrant access, ReadOnlySpan<byte> asked, bool touching)
    {
        foreach (var rule in rules)
        {
            if (rule.Gives(access) && rule.AppliesTo(client) && PatternHolds(rule, client, asked, touching))
            {
                return rule;
            }
        }

        return null;
    }

    private static bool PatternHolds(AclRule rule, AclClient client, ReadOnlySpan<byte> asked, bool touching)
    {
        var length = rule.ExpandedLength(client);

        // Stryker disable once Conditional,Equality : either memory is large enough
        var rented = length > StackBytes ? ArrayPool<byte>.Shared.Rent(length) : null;
        Span<byte> stack = stackalloc byte[StackBytes];
        var filter = rule.Expand(client, rented ?? stack);
        var holds = !filter.IsEmpty && (touching ? TopicFilter.Intersects(filter, asked) : TopicFilter.Contains(filter, asked));
        if (rented is not null)
        {
            // Stryker disable once Statement : what is not given back is collected, at a cost no answer shows
            ArrayPool<byte>.Shared.Return(rented);
        }

        return holds;
    }
}
