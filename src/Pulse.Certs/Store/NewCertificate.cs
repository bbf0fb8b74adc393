namespace Pulse.Certs;

/// <summary>A certificate on its way into the store.</summary>
internal sealed record NewCertificate
{
    public required byte[] Issuer { get; init; }

    public required byte[] SerialNumber { get; init; }

    public required CertificatePurpose Purpose { get; init; }

    /// <summary>Null for a server's.</summary>
    public required DeviceSubject? Device { get; init; }

    public required DateTimeOffset IssuedAt { get; init; }

    public required DateTimeOffset NotBefore { get; init; }

    public required DateTimeOffset NotAfter { get; init; }

    public required byte[] KeySha256 { get; init; }

    public required byte[] Sha256 { get; init; }

    public required byte[] Der { get; init; }
}
