namespace Pulse.Certs;

/// <summary>What a path needs to be known about the revocation of its certificates. The trust anchor is never looked up.</summary>
public enum RevocationChecking
{
    /// <summary>Every certificate must be found not to be revoked; one nobody can tell about is refused.</summary>
    Require,

    /// <summary>As <see cref="Require"/> for a certificate whose issuer has a CRL among those given; others pass.</summary>
    IfPresent,

    /// <summary>CRLs are not looked at.</summary>
    Off,
}
