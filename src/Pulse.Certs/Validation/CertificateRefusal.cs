namespace Pulse.Certs;

/// <summary>Why a presented certificate, or every path from it to a trust anchor, was refused.</summary>
public enum CertificateRefusal
{
    /// <summary>Nothing was refused.</summary>
    None,

    /// <summary>It is not a DER certificate of version 3 of at most 16 KiB.</summary>
    Malformed,

    /// <summary>Its issuer's name or key identifier is no configured issuer's; no path leads to a trust anchor.</summary>
    IssuerUnknown,

    /// <summary>Its signature algorithm is not on the list, or is none of the issuer's key.</summary>
    AlgorithmNotAllowed,

    /// <summary>Its signature is not the issuer's.</summary>
    SignatureInvalid,

    /// <summary>Its validity has not begun.</summary>
    NotYetValid,

    /// <summary>Its validity has ended.</summary>
    Expired,

    /// <summary>The issuer's own certificate is not valid now.</summary>
    IssuerNotValid,

    /// <summary>Its basic constraints are missing or are not those of its place: CA:FALSE for a device, CA:TRUE for an issuer.</summary>
    BasicConstraintsInvalid,

    /// <summary>Its key usage is missing or is not that of its place.</summary>
    KeyUsageInvalid,

    /// <summary>Its extended key usage is missing or lacks the purpose asked for.</summary>
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

    /// <summary>Its public key is not P-256, P-384 or RSA of 2048, 3072 or 4096 bits with exponent 65537, or is weak.</summary>
    KeyNotAllowed,

    /// <summary>An extension that must be critical is not, or the other way round (RFC 5280 §4.2).</summary>
    CriticalityInvalid,

    /// <summary>It lacks the identifier of its issuer's key, or of its own where it is an issuer (RFC 5280 §4.2.1.1, §4.2.1.2).</summary>
    KeyIdentifierInvalid,

    /// <summary>Subject or issuer is empty where it may not be, or an alternative name is not written as its form asks.</summary>
    NameInvalid,

    /// <summary>It constrains names without being an issuer (RFC 5280 §4.2.1.10).</summary>
    NameConstraintsMisplaced,

    /// <summary>A name is outside what an issuer above permits, inside what one excludes, or of a form that cannot be judged.</summary>
    NameConstraintViolated,

    /// <summary>More issuers follow than one above allows (RFC 5280 §4.2.1.9), or than were configured.</summary>
    PathTooLong,

    /// <summary>No certificate policy is valid along the whole path, where one is required.</summary>
    PolicyNotAllowed,

    /// <summary>The host name or address asked for is not among its alternative names.</summary>
    HostNameMismatch,

    /// <summary>The newest CRL is from the future or past its next update.</summary>
    RevocationListStale,

    /// <summary>The search used up its signature checks or steps: nothing was found before.</summary>
    LimitExceeded,
}
