namespace Pulse.Auth;

/// <summary>Why a fetch gave no keys. A closed set: a metric tag.</summary>
internal enum KeySetProblem
{
    None = 0,
    Unreachable,
    TimedOut,
    StatusNotOk,
    TooLarge,

    /// <summary>Not one strict JSON object: a repeated member, bytes after it, invalid UTF-8, or no JSON at all.</summary>
    NotJson,
    IssuerMismatch,
    JwksUriNotAllowed,
    SecretKeyInSet,
    TooManyKeys,
    NoUsableKey,
    Unexpected,
}
