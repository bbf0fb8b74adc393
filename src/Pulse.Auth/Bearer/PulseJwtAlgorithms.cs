namespace Pulse.Auth;

/// <summary>Signature algorithms of RFC 7518 §3 that can be allowed; there are no others.</summary>
[Flags]
public enum PulseJwtAlgorithms
{
    /// <summary>None: refused as a configuration.</summary>
    None = 0,

    /// <summary>RSASSA-PKCS1-v1_5 with SHA-256; what Keycloak uses by default.</summary>
    RS256 = 1,

    /// <summary>RSASSA-PSS with SHA-256.</summary>
    PS256 = 2,

    /// <summary>ECDSA on P-256 with SHA-256.</summary>
    ES256 = 4,

    /// <summary>ECDSA on P-384 with SHA-384.</summary>
    ES384 = 8,

    /// <summary>ECDSA on P-521 with SHA-512.</summary>
    ES512 = 16,
}
