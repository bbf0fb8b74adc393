namespace Pulse.Certs;

/// <summary>A certificate as the store keeps it.</summary>
public sealed record CertificateRecord
{
    /// <summary>The issuer: SHA-256 of its name and key, lower-case hexadecimal digits.</summary>
    public required string IssuerId { get; init; }

    /// <summary>Lower-case hexadecimal digits; unique under the issuer.</summary>
    public required string SerialNumber { get; init; }

    /// <summary>What it is issued for.</summary>
    public required CertificatePurpose Purpose { get; init; }

    /// <summary>The device; null for a server's.</summary>
    public required DeviceSubject? Device { get; init; }

    /// <summary>When it was issued, UTC, whole seconds.</summary>
    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary>First second of validity, UTC.</summary>
    public required DateTimeOffset NotBefore { get; init; }

    /// <summary>Last second of validity, UTC.</summary>
    public required DateTimeOffset NotAfter { get; init; }

    /// <summary>SHA-256 of the SubjectPublicKeyInfo, lower-case hexadecimal digits.</summary>
    public required string KeySha256 { get; init; }

    /// <summary>SHA-256 of <see cref="Der"/>, lower-case hexadecimal digits.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The certificate, DER.</summary>
    public required ReadOnlyMemory<byte> Der { get; init; }

    /// <summary>The state of its revocation; null when it was never revoked or held, and when it is being added.</summary>
    public RevocationRecord? Revocation { get; init; }
}
