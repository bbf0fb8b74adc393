namespace Pulse.Auth;

/// <summary>Why a token was refused. A closed set: safe as a metric tag and in an audit record.</summary>
public enum PulseTokenFailure
{
    /// <summary>Nothing was refused.</summary>
    None = 0,

    /// <summary>More than one <c>Authorization</c> header, or not exactly <c>Bearer</c>, one space and a token.</summary>
    AuthorizationHeaderInvalid,

    /// <summary>Longer than <see cref="PulseJwtOptions.MaxTokenBytes"/>.</summary>
    TooLarge,

    /// <summary>Not three non-empty parts of canonical base64url (RFC 7515 §7.1); a JWE has five.</summary>
    NotCompact,

    /// <summary>The header is not one strict JSON object, or a member has the wrong type.</summary>
    HeaderInvalid,

    /// <summary>The header carries <c>crit</c>, <c>b64</c>, <c>zip</c> or <c>enc</c>: no extension is understood.</summary>
    HeaderExtension,

    /// <summary>The algorithm is missing, unknown, or not among those of the issuer.</summary>
    AlgorithmNotAllowed,

    /// <summary>The key identifier is missing or outside its grammar.</summary>
    KeyIdInvalid,

    /// <summary>Not an access token: header <c>typ</c> or payload <c>typ</c> names something else.</summary>
    TypeNotAllowed,

    /// <summary>The payload is not one strict JSON object within the bounds on depth and members.</summary>
    PayloadInvalid,

    /// <summary>A claim has the wrong type or holds control characters.</summary>
    ClaimInvalid,

    /// <summary>The issuer is missing or not one of the configured ones.</summary>
    IssuerUnknown,

    /// <summary>No audience of the token is one of the issuer's audiences.</summary>
    AudienceMismatch,

    /// <summary>The client (<c>azp</c>) is not one of the allowed clients.</summary>
    ClientNotAllowed,

    /// <summary>The subject is missing or empty.</summary>
    SubjectMissing,

    /// <summary>The token has expired.</summary>
    Expired,

    /// <summary>The token is not valid yet (<c>nbf</c>), or was issued in the future (<c>iat</c>).</summary>
    NotYetValid,

    /// <summary>A time is missing, the times contradict each other, or the token lives longer than allowed.</summary>
    LifetimeInvalid,

    /// <summary>The token is bound to a key (<c>cnf</c>) whose possession this connection does not prove.</summary>
    ProofRequired,

    /// <summary>The tenant is outside the identifier grammar or has the wrong type.</summary>
    TenantInvalid,

    /// <summary>The token names no or several organizations, or its two tenant claims disagree.</summary>
    TenantAmbiguous,

    /// <summary><c>realm_access.roles</c> is not an array of at most 256 texts.</summary>
    RolesInvalid,

    /// <summary>An operator role together with a tenant.</summary>
    PlanesMixed,

    /// <summary>The issuer has no usable key of this identifier.</summary>
    KeyUnknown,

    /// <summary>The key is not made for the algorithm of the token.</summary>
    KeyMismatch,

    /// <summary>The signature does not verify.</summary>
    SignatureInvalid,

    /// <summary>The issuer's keys could not be fetched; the answer is 503, not 401.</summary>
    KeysUnavailable,

    /// <summary>The token, its session or its subject is denied (<see cref="ITokenDenylist"/>).</summary>
    Denied,

    /// <summary>The denylist gave no answer; the answer is 503, not 401.</summary>
    DenylistUnavailable,

    /// <summary>An event of the application refused a token that was right (<see cref="PulseJwtEvents.OnTokenValidated"/>).</summary>
    RefusedByApplication,
}
