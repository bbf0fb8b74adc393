namespace Pulse.Certs;

/// <summary>An authority's certificate and what it is used for.</summary>
/// <param name="Id">SHA-256 of its name and key, lower-case hexadecimal digits: renewed under the same key it stays the same.</param>
/// <param name="State">What it is used for.</param>
/// <param name="Der">The certificate, DER.</param>
/// <param name="NotAfter">Its last second of validity, UTC.</param>
public sealed record CertificateIssuerInfo(string Id, IssuerState State, ReadOnlyMemory<byte> Der, DateTimeOffset NotAfter);
