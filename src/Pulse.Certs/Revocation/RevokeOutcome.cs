namespace Pulse.Certs;

/// <summary>What became of a request to revoke.</summary>
public enum RevokeOutcome
{
    /// <summary>The device has no such certificate.</summary>
    NotFound,

    /// <summary>The certificate is revoked now.</summary>
    Revoked,

    /// <summary>It was revoked before; its first time and reason stand.</summary>
    AlreadyRevoked,
}
