namespace Pulse.Certs;

/// <summary>A certificate was issued and is stored.</summary>
/// <param name="Certificate">The certificate; its device is null when it is a server's.</param>
public sealed record CertificateIssued(IssuedCertificate Certificate);
