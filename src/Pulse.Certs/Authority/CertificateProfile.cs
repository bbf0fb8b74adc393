namespace Pulse.Certs;

/// <summary>What differs between the certificates this authority issues.</summary>
internal sealed record CertificateProfile(
    CertificatePurpose Purpose,
    DeviceSubject? Device,
    string? CommonName,
    byte[] AlternativeNames,
    string ExtendedKeyUsage,
    TimeSpan Lifetime,
    int MaxActive)
{
    /// <summary>Upper bound of a common name (RFC 5280, appendix A, ub-common-name).</summary>
    public const int MaxCommonNameLength = 64;
}
