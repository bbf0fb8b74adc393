namespace Pulse.Auth;

/// <summary>What becomes of one key of a set.</summary>
internal enum KeyVerdict
{
    Usable = 0,

    /// <summary>A symmetric key or a private member: whoever published it leaked it, so the whole set is refused.</summary>
    Secret,

    /// <summary>Made for something else: encryption, an algorithm or curve that is not allowed.</summary>
    NotForSignatures,
    AlgorithmNotAllowed,
    KeyIdInvalid,
    DuplicateKeyId,
    KeyTypeUnknown,
    Malformed,
    TooWeak,
    NotOnCurve,

    /// <summary>The first certificate of <c>x5c</c> holds another key, or cannot be read.</summary>
    CertificateMismatch,

    /// <summary>Made by a generator whose keys can be factored.</summary>
    Factorable,
}
