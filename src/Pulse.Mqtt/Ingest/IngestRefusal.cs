namespace Pulse.Mqtt;

/// <summary>Why a message was refused. The order is the order of the checks; the first that fails is reported.</summary>
public enum IngestRefusal
{
    /// <summary>Not refused.</summary>
    None,

    /// <summary>The topic is none of the four a device may write.</summary>
    TopicInvalid,

    /// <summary>The topic names another device or tenant than the certificate.</summary>
    IdentityMismatch,

    /// <summary>The ACL does not let the device write this topic.</summary>
    AclDenied,

    /// <summary>The payload is larger than <see cref="PulseMqttOptions.MaxPayloadBytes"/>.</summary>
    PayloadTooLarge,

    /// <summary>The payload is not a strict JSON object, or holds what <c>jsonb</c> refuses.</summary>
    JsonInvalid,

    /// <summary>The payload is no telemetry envelope of version 1.</summary>
    EnvelopeInvalid,

    /// <summary>The registry does not know the device.</summary>
    DeviceUnknown,

    /// <summary>The device is disabled.</summary>
    DeviceDisabled,

    /// <summary>The device's tenant is not active.</summary>
    TenantSuspended,

    /// <summary>The connection's certificate is expired.</summary>
    CertificateExpired,

    /// <summary>The connection's certificate is no longer live: revoked, or its state cannot be known.</summary>
    CertificateRevoked,

    /// <summary>The envelope names another site than the registry.</summary>
    SiteMismatch,

    /// <summary>The device sends faster than <see cref="PulseMqttOptions.DeviceMessagesPerSecond"/>.</summary>
    DeviceRateLimited,

    /// <summary>The tenant sends faster than <see cref="PulseMqttOptions.TenantMessagesPerSecond"/>.</summary>
    TenantRateLimited,

    /// <summary>The store refused the message; see <see cref="IngestFailure"/>.</summary>
    StoreRefused,
}
