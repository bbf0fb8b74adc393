namespace Pulse.Certs;

/// <summary>Why a presented certificate is not a good device certificate.</summary>
public enum CertificateRefusal
{
    /// <summary>Nothing was refused.</summary>
    None,

    /// <summary>It is not a DER certificate of version 3 of at most 16 KiB.</summary>
    Malformed,

    /// <summary>Its issuer's name or key identifier is not the configured issuer's.</summary>
    IssuerUnknown,

    /// <summary>Its signature algorithm is not the one of the issuer's key.</summary>
    AlgorithmNotAllowed,

    /// <summary>Its signature is not the issuer's.</summary>
    SignatureInvalid,

    /// <summary>Its validity has not begun.</summary>
    NotYetValid,

    /// <summary>Its validity has ended.</summary>
    Expired,

    /// <summary>The issuer's own certificate is not valid now.</summary>
    IssuerNotValid,

    /// <summary>Its basic constraints are missing or do not say CA:FALSE.</summary>
    BasicConstraintsInvalid,

    /// <summary>Its key usage is missing, lacks digitalSignature, or may sign certificates or CRLs.</summary>
    KeyUsageInvalid,

    /// <summary>Its extended key usage is missing or lacks clientAuth.</summary>
    PurposeInvalid,

    /// <summary>It holds a critical extension this package does not know.</summary>
    CriticalExtensionUnknown,

    /// <summary>It does not hold exactly one <c>urn:pulse</c> URI that reads as a device.</summary>
    IdentityInvalid,

    /// <summary>Its common name is not the one of the device in its URI.</summary>
    CommonNameMismatch,

    /// <summary>It is revoked.</summary>
    Revoked,

    /// <summary>The revoked serial numbers were never read or are too old to say.</summary>
    RevocationUnknown,
}
