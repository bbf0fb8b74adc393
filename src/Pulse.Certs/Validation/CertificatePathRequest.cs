namespace Pulse.Certs;

/// <summary>One certificate to be judged, with what may help to judge it. Nothing of it is trusted.</summary>
public sealed class CertificatePathRequest
{
    /// <summary>The certificate, DER.</summary>
    public required ReadOnlyMemory<byte> Certificate { get; init; }

    /// <summary>Certificates of issuers, DER, in any order; those that are none or do not fit are passed over. At most 128 are looked at.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Intermediates { get; init; } = [];

    /// <summary>CRLs, complete and delta, of any issuers, in any order.</summary>
    public IReadOnlyList<CertificateRevocationList> RevocationLists { get; init; } = [];

    /// <summary>
    /// The host name or IP address the certificate must be for (RFC 9525): an alternative name equal to it, or a wildcard for its first
    /// label. The common name counts for nothing. Null asks for no name.
    /// </summary>
    public string? HostName { get; init; }
}
