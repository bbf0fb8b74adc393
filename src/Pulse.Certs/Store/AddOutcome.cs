namespace Pulse.Certs;

/// <summary>What the store made of a new certificate; tried in this order.</summary>
public enum AddOutcome
{
    /// <summary>It is stored and logged.</summary>
    Added,

    /// <summary>The issuer used the serial number before.</summary>
    SerialTaken,

    /// <summary>Its key was certified for another device, or for a server, before.</summary>
    KeyOfOtherDevice,

    /// <summary>A certificate of its key was revoked because the key was compromised.</summary>
    KeyCompromised,

    /// <summary>Rotation: the device has no certificate of the current serial number.</summary>
    CurrentNotFound,

    /// <summary>Rotation: the current certificate is revoked.</summary>
    CurrentRevoked,

    /// <summary>Rotation: the current certificate is on hold.</summary>
    CurrentHeld,

    /// <summary>Rotation: the current certificate has expired.</summary>
    CurrentExpired,

    /// <summary>Rotation: the current certificate already has a live successor of the same key, which is answered; nothing was added.</summary>
    AlreadyRotated,

    /// <summary>The device has as many live certificates as it may have.</summary>
    TooManyActive,
}
