namespace Pulse.Certs;

/// <summary>Why no certificate was issued.</summary>
public enum IssueRefusal
{
    /// <summary>Nothing was refused.</summary>
    None,

    /// <summary>The request exceeds <see cref="PulseCertsOptions.MaxCsrBytes"/>; it was not parsed.</summary>
    RequestTooLarge,

    /// <summary>The request is not strict DER, has trailing bytes, or repeats or empties an attribute (RFC 2986).</summary>
    RequestMalformed,

    /// <summary>The request's version is not 0.</summary>
    VersionUnsupported,

    /// <summary>The signature algorithm is none of ECDSA with SHA-256 or SHA-384 and RSA PKCS #1 v1.5 with SHA-256.</summary>
    AlgorithmNotAllowed,

    /// <summary>The signature algorithm belongs to another type of key.</summary>
    AlgorithmOfOtherKey,

    /// <summary>The key is none of P-256, P-384 (named curve, uncompressed) and RSA 2048, 3072, 4096 with exponent 65537.</summary>
    KeyNotAllowed,

    /// <summary>The key is not on its curve.</summary>
    KeyInvalid,

    /// <summary>The RSA modulus has small factors, close primes, or the ROCA fingerprint (CVE-2017-15361).</summary>
    KeyWeak,

    /// <summary>The request's signature was not made with its key.</summary>
    ProofOfPossessionFailed,

    /// <summary>The request asks to become a certificate authority.</summary>
    AuthorityRequested,

    /// <summary>The request holds a critical extension this package does not know.</summary>
    CriticalExtensionUnknown,

    /// <summary>The key is an issuer's own, of the active one or of one that has been.</summary>
    KeyOfIssuer,

    /// <summary>The key was certified for another device, or for a server, before.</summary>
    KeyOfOtherDevice,

    /// <summary>A certificate of this key was revoked because the key was compromised.</summary>
    KeyCompromised,

    /// <summary>The key is on the list of <see cref="PulseCertsOptions.BlockedKeysFile"/>.</summary>
    KeyBlocked,

    /// <summary>The device already has <see cref="PulseCertsOptions.MaxActivePerDevice"/> live certificates: revoke one first.</summary>
    TooManyActive,

    /// <summary>The issuer's own certificate is not valid now.</summary>
    IssuerNotValid,

    /// <summary>Rotation: the device has no certificate of that serial number.</summary>
    CurrentNotFound,

    /// <summary>Rotation: the current certificate is revoked.</summary>
    CurrentRevoked,

    /// <summary>Rotation: the current certificate is on hold.</summary>
    CurrentHeld,

    /// <summary>Rotation: the current certificate has expired; the device must be activated again.</summary>
    CurrentExpired,
}
