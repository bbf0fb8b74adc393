using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Pulse.Auth;

/// <summary>What the connection of a token proves.</summary>
public sealed class PulseValidationContext
{
    /// <summary>A connection that proves nothing: tokens bound to a key are refused.</summary>
    public static PulseValidationContext None { get; } = new();

    /// <summary>The certificate whose key the peer proved in the TLS handshake; null when there was none.</summary>
    /// <remarks>
    /// RFC 8705 §3: a token bound by <c>cnf</c> with <c>x5t#S256</c> is accepted with this certificate alone. The
    /// certificate needs no trusted chain for that. Never take it from a header anyone but your own proxy can write.
    /// </remarks>
    public X509Certificate2? ClientCertificate { get; init; }

    /// <summary>Whether the peer holds the key of the certificate with this SHA-256 thumbprint.</summary>
    internal bool Proves(ReadOnlySpan<byte> thumbprint)
    {
        if (ClientCertificate is null)
        {
            return false;
        }

        Span<byte> presented = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(ClientCertificate.RawDataMemory.Span, presented);
        return CryptographicOperations.FixedTimeEquals(presented, thumbprint);
    }
}
