namespace Pulse.Certs;

/// <summary>What became of a request to revoke, hold or release.</summary>
public enum RevokeOutcome
{
    /// <summary>The device, or the servers, have no such certificate.</summary>
    NotFound,

    /// <summary>The certificate is revoked now.</summary>
    Revoked,

    /// <summary>It was revoked before and stays so; its first time stands, and its reason. A hold changes nothing, a release is refused.</summary>
    AlreadyRevoked,

    /// <summary>It was revoked before; its first time stands, and its reason is keyCompromise from now on.</summary>
    ReasonRaised,

    /// <summary>The certificate is on hold now.</summary>
    Held,

    /// <summary>It was on hold before; its first time stands.</summary>
    AlreadyHeld,

    /// <summary>The hold has ended; the certificate is good again.</summary>
    Released,

    /// <summary>It was not on hold and is good.</summary>
    NotHeld,
}
