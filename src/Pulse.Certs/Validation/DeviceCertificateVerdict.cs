namespace Pulse.Certs;

/// <summary>The judgement of a presented certificate.</summary>
public readonly record struct DeviceCertificateVerdict
{
    private readonly string? _serialNumber;

    private DeviceCertificateVerdict(CertificateRefusal refusal) => Refusal = refusal;

    /// <summary>Whether the certificate is good now. False for the default value.</summary>
    public bool IsValid { get; private init; }

    /// <summary>Why not; <see cref="CertificateRefusal.None"/> when it is good.</summary>
    public CertificateRefusal Refusal { get; }

    /// <summary>Whom it speaks for; the default value when it is refused.</summary>
    public DeviceSubject Device { get; private init; }

    /// <summary>Its serial number in lower-case hexadecimal digits; empty when it is refused.</summary>
    public string SerialNumber
    {
        get => _serialNumber ?? string.Empty;
        private init => _serialNumber = value;
    }

    /// <summary>Its last second of validity, UTC; the default value when it is refused.</summary>
    public DateTimeOffset NotAfter { get; private init; }

    internal static DeviceCertificateVerdict Refused(CertificateRefusal refusal) => new(refusal);

    internal static DeviceCertificateVerdict Valid(DeviceSubject device, string serialNumber, DateTimeOffset notAfter) =>
        new(CertificateRefusal.None) { IsValid = true, Device = device, SerialNumber = serialNumber, NotAfter = notAfter };
}
