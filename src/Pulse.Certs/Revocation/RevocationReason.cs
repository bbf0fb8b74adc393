using System.Diagnostics.CodeAnalysis;

namespace Pulse.Certs;

/// <summary>The reason codes of RFC 5280 §5.3.1. Code 7 is unused there and missing here.</summary>
[SuppressMessage("Design", "CA1027", Justification = "The standard's numbers; they are no flags.")]
public enum RevocationReason
{
    /// <summary>unspecified (0).</summary>
    Unspecified = 0,

    /// <summary>keyCompromise (1): the key is refused for good, for every device.</summary>
    KeyCompromise = 1,

    /// <summary>cACompromise (2): about authorities; no device or server is revoked for it.</summary>
    CACompromise = 2,

    /// <summary>affiliationChanged (3): the device went to another owner.</summary>
    AffiliationChanged = 3,

    /// <summary>superseded (4): a newer certificate takes its place.</summary>
    Superseded = 4,

    /// <summary>cessationOfOperation (5): the device is out of service.</summary>
    CessationOfOperation = 5,

    /// <summary>certificateHold (6): refused until it is released or revoked. Given by <see cref="IDeviceCertificateAuthority.HoldAsync"/> alone.</summary>
    CertificateHold = 6,

    /// <summary>removeFromCRL (8): a hold that was released; the certificate is good. Given by <see cref="IDeviceCertificateAuthority.ReleaseAsync"/> alone.</summary>
    RemoveFromCrl = 8,

    /// <summary>privilegeWithdrawn (9): the device may no longer connect.</summary>
    PrivilegeWithdrawn = 9,

    /// <summary>aACompromise (10): about attribute authorities; no device or server is revoked for it.</summary>
    AACompromise = 10,
}
