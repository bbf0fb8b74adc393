namespace Pulse.Certs;

/// <summary>An authority that was named beside the active one.</summary>
internal sealed record IssuerRegistration(ReadOnlyMemory<byte> CertificateDer, IssuerState State);
