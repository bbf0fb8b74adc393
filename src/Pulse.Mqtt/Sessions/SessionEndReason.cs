namespace Pulse.Mqtt;

/// <summary>Why a session is ended from outside.</summary>
public enum SessionEndReason
{
    /// <summary>The device's certificate was revoked or held.</summary>
    CertificateRevoked,

    /// <summary>The device was disabled or deleted.</summary>
    DeviceDisabled,

    /// <summary>The tenant was suspended.</summary>
    TenantSuspended,

    /// <summary>An operator asked for it.</summary>
    Administrative,
}
