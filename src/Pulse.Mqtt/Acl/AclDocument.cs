using System.Buffers;

namespace Pulse.Mqtt;

/// <summary>The rules of an ACL file, compiled. Immutable and safe for any number of threads.</summary>
public sealed class AclDocument
{
    private const int StackBytes = 512;

    private static readonly SearchValues<byte> WildcardBytes = SearchValues.Create("+#"u8);
    private static readonly SearchValues<byte> StrictUnsafeBytes = SearchValues.Create("+#/"u8);

    private readonly AclRuleList _anonymous;
    private readonly Dictionary<byte[], AclRuleList> _users;
    private readonly AclRuleList? _patterns;

    internal AclDocument(AclDialect dialect, AclRuleList anonymous, Dictionary<byte[], AclRuleList> users, AclRuleList? patterns)
    {
        Dialect = dialect;
        _anonymous = anonymous;
        _users = users;
        _patterns = patterns;
    }

    private delegate bool Relation(ReadOnlySpan<byte> ruleFilter, ReadOnlySpan<byte> asked);

    /// <summary>The dialect the file was read in.</summary>
    public AclDialect Dialect { get; }

    /// <summary>Reads a file. Nothing is thrown whatever the bytes are.</summary>
    /// <param name="file">The bytes of the file.</param>
    /// <param name="dialect">How to read them.</param>
    /// <returns>The rules or the errors, and warnings in either case.</returns>
    public static AclParseResult Parse(ReadOnlySpan<byte> file, AclDialect dialect) => new AclParser(dialect).Parse(file);

    /// <summary>Decides about one topic. Does not allocate.</summary>
    /// <param name="client">Who asks.</param>
    /// <param name="access">What for.</param>
    /// <param name="topic">The topic in UTF-8; one with wildcards is never allowed.</param>
    /// <returns>The decision and the rule that made it.</returns>
    public AclDecision Check(AclClient client, AclAccess access, ReadOnlySpan<byte> topic)
    {
        ArgumentNullException.ThrowIfNull(client);
        if (topic.IsEmpty || topic.ContainsAny(WildcardBytes))
        {
            return new AclDecision(Allowed: false, Line: 0, AclReason.InvalidTopic);
        }

        if (IsReserved(access, topic))
        {
            return new AclDecision(Allowed: false, Line: 0, AclReason.SystemTopic);
        }

        var asked = access == AclAccess.Read ? AclGrant.Read : AclGrant.Write;
        return Decide(client, asked, topic, TopicFilter.Contains, TopicFilter.Contains);
    }

    /// <summary>
    /// Decides about a subscription: allowed only if one granting rule covers every topic the filter can match and no denying rule covers any.
    /// Mosquitto grants every subscription and withholds messages instead; here a granted subscription means what it says, in both dialects.
    /// </summary>
    /// <param name="client">Who asks.</param>
    /// <param name="filter">The topic filter in UTF-8. Shared subscriptions (<c>$share…</c>) are never allowed.</param>
    /// <returns>The decision and the rule that made it.</returns>
    public AclDecision CheckSubscribe(AclClient client, ReadOnlySpan<byte> filter)
    {
        ArgumentNullException.ThrowIfNull(client);
        if (!TopicFilter.IsValid(filter))
        {
            return new AclDecision(Allowed: false, Line: 0, AclReason.InvalidTopic);
        }

        if (filter.StartsWith("$share"u8))
        {
            return new AclDecision(Allowed: false, Line: 0, AclReason.SystemTopic);
        }

        return Decide(client, AclGrant.Read, filter, TopicFilter.Contains, TopicFilter.Intersects);
    }

    private static bool IsReserved(AclAccess access, ReadOnlySpan<byte> topic)
    {
        if (topic.StartsWith("$SYS"u8))
        {
            return access == AclAccess.Write && !TopicFilter.Matches("$SYS/broker/connection/+/state"u8, topic);
        }

        return topic.StartsWith("$share"u8);
    }

    private AclDecision Decide(AclClient client, AclGrant asked, ReadOnlySpan<byte> value, Relation grants, Relation denies)
    {
        if (RulesOf(client) is { } own)
        {
            foreach (var rule in own.Denies)
            {
                if (denies(rule.Filter, value))
                {
                    return new AclDecision(Allowed: false, rule.Line, AclReason.TopicDeny);
                }
            }

            foreach (var rule in own.Grants)
            {
                if ((rule.Grant & asked) != 0 && grants(rule.Filter, value))
                {
                    return new AclDecision(Allowed: true, rule.Line, AclReason.TopicAllow);
                }
            }
        }

        if (_patterns is null)
        {
            return default;
        }

        if (!IsSafeInPatterns(client))
        {
            return new AclDecision(Allowed: false, Line: 0, AclReason.UnsafeIdentity);
        }

        foreach (var rule in _patterns.Denies)
        {
            if (PatternHolds(rule, client, value, denies))
            {
                return new AclDecision(Allowed: false, rule.Line, AclReason.PatternDeny);
            }
        }

        foreach (var rule in _patterns.Grants)
        {
            if ((rule.Grant & asked) != 0 && PatternHolds(rule, client, value, grants))
            {
                return new AclDecision(Allowed: true, rule.Line, AclReason.PatternAllow);
            }
        }

        return default;
    }

    private AclRuleList? RulesOf(AclClient client) =>
        client.UserNameBytes is { } name ? _users.GetValueOrDefault(name) : _anonymous;

    private bool IsSafeInPatterns(AclClient client)
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

    private static bool PatternHolds(AclRule rule, AclClient client, ReadOnlySpan<byte> value, Relation relation)
    {
        if (rule.UserTokens > 0 && client.UserNameBytes is null)
        {
            return false;
        }

        if (!rule.HasTokens)
        {
            return relation(rule.Filter, value);
        }

        var length = rule.ExpandedLength(client.ClientIdBytes.Length, client.UserNameBytes.AsSpan().Length);
        var rented = length > StackBytes ? ArrayPool<byte>.Shared.Rent(length) : null;
        try
        {
            Span<byte> stack = stackalloc byte[StackBytes];
            var expanded = rule.Expand(client.ClientIdBytes, client.UserNameBytes, rented ?? stack);
            return !expanded.IsEmpty && relation(expanded, value);
        }
        finally
        {
            if (rented is not null)
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
        }
    }
}
