namespace Pulse.Auth;

/// <summary>Why a fetch gave no keys. A closed set: a metric tag.</summary>
internal enum KeySetProblem
{
    None = 0,
    Unreachable,
    TimedOut,
    StatusNotOk,
    TooLarge,
    NotJson,
    IssuerMismatch,
    JwksUriNotAllowed,
    SecretKeyInSet,
    TooManyKeys,
    NoUsableKey,
    Unexpected,
}
