namespace Pulse.Certs;

/// <summary>What is asked to happen to a certificate's revocation.</summary>
public enum RevocationAction
{
    /// <summary>Revoke for good; ends a hold.</summary>
    Revoke,

    /// <summary>Put on hold, unless it is revoked.</summary>
    Hold,

    /// <summary>Release from hold.</summary>
    Release,
}
