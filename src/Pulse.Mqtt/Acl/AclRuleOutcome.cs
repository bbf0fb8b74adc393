namespace Pulse.Mqtt;

/// <summary>What became of one rule when a decision was made.</summary>
public enum AclRuleOutcome
{
    /// <summary>It decided.</summary>
    Decided,

    /// <summary>It covers the topic, or denies a part of the subscription, but an earlier rule had decided.</summary>
    TooLate,

    /// <summary>It covers the topic, but gives the other access only.</summary>
    OtherAccess,

    /// <summary>It does not cover the topic.</summary>
    NoMatch,

    /// <summary>It was not looked at: it needs a user name and the client has none, or the client's identity stops all patterns.</summary>
    Skipped,

    /// <summary>Of a subscription: it covers a part of what the filter can match. One rule must cover all of it.</summary>
    PartOnly,
}
