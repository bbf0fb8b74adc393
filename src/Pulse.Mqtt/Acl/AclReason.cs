namespace Pulse.Mqtt;

/// <summary>What decided an ACL check.</summary>
public enum AclReason
{
    /// <summary>No rule matched: denied.</summary>
    NoRule,

    /// <summary>A <c>topic</c> line of the client's section allowed it.</summary>
    TopicAllow,

    /// <summary>A <c>topic deny</c> line of the client's section denied it.</summary>
    TopicDeny,

    /// <summary>A <c>pattern</c> line allowed it.</summary>
    PatternAllow,

    /// <summary>A <c>pattern deny</c> line denied it.</summary>
    PatternDeny,

    /// <summary>Denied before any rule: a <c>$SYS…</c> or <c>$share…</c> topic.</summary>
    SystemTopic,

    /// <summary>Denied before any pattern: the user name or client id could act as a wildcard inside one.</summary>
    UnsafeIdentity,

    /// <summary>The topic or filter is empty, too long or holds a misplaced wildcard.</summary>
    InvalidTopic,

    /// <summary>A well-formed subscription in <see cref="AclDialect.Mosquitto20"/>: allowed without a look at the rules, each delivery is checked.</summary>
    SubscribeUnchecked,
}
