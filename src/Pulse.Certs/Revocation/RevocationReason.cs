namespace Pulse.Certs;

/// <summary>Why a certificate is revoked: the codes of RFC 5280 §5.3.1 that an end device can have.</summary>
public enum RevocationReason
{
    /// <summary>unspecified (0).</summary>
    Unspecified = 0,

    /// <summary>keyCompromise (1): the key is refused for good, for every device.</summary>
    KeyCompromise = 1,

    /// <summary>affiliationChanged (3): the device went to another owner.</summary>
    AffiliationChanged = 3,

    /// <summary>superseded (4): a newer certificate takes its place.</summary>
    Superseded = 4,

    /// <summary>cessationOfOperation (5): the device is out of service.</summary>
    CessationOfOperation = 5,

    /// <summary>privilegeWithdrawn (9): the device may no longer connect.</summary>
    PrivilegeWithdrawn = 9,
}
