namespace Pulse.Mqtt;

/// <summary>The answer of <see cref="IDeviceTrust.Check"/>. The default value is a refusal.</summary>
public readonly record struct DeviceTrustVerdict
{
    private DeviceTrustVerdict(bool isTrusted, TrustedCertificate certificate, string? refusal)
    {
        IsTrusted = isTrusted;
        Certificate = certificate;
        Refusal = refusal;
    }

    /// <summary>Whether the certificate is a device's.</summary>
    public bool IsTrusted { get; }

    /// <summary>The proven identity; meaningful only when <see cref="IsTrusted"/> is set.</summary>
    public TrustedCertificate Certificate { get; }

    /// <summary>Why not, one of a closed set of short texts: it becomes a metric tag.</summary>
    public string? Refusal { get; }

    /// <summary>The certificate is the device's.</summary>
    /// <param name="certificate">The proven identity.</param>
    /// <returns>A verdict that lets the connection in.</returns>
    public static DeviceTrustVerdict Trusted(TrustedCertificate certificate)
    {
        // Reading the name refuses default(DeviceKey): a verdict without an identity must not exist.
        _ = certificate.Device.MqttName;
        return new DeviceTrustVerdict(isTrusted: true, certificate, refusal: null);
    }

    /// <summary>The certificate is not trusted.</summary>
    /// <param name="reason">Why not: one of a closed set of short texts.</param>
    /// <returns>A verdict that ends the handshake.</returns>
    public static DeviceTrustVerdict Refused(string reason)
    {
        ArgumentException.ThrowIfNullOrEmpty(reason);
        return new DeviceTrustVerdict(isTrusted: false, default, reason);
    }
}
