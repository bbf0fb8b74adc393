namespace Pulse.Mqtt;

/// <summary>What the canary last saw of the broker.</summary>
internal enum BrokerProtection
{
    /// <summary>Not looked yet, or the broker does not answer.</summary>
    Unknown,

    /// <summary>What must be refused is refused.</summary>
    Protected,

    /// <summary>The topic nobody is granted was let through: the broker runs without rules.</summary>
    AclOpen,

    /// <summary>A revoked certificate was let in: the broker runs without revocation.</summary>
    RevocationOpen,
}
