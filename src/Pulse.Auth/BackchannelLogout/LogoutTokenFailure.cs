namespace Pulse.Auth;

/// <summary>Why a logout token was refused. A closed set: a metric tag.</summary>
internal enum LogoutTokenFailure
{
    None = 0,
    RequestInvalid,
    Malformed,
    TypeNotAllowed,
    IssuerMismatch,
    AlgorithmNotAllowed,
    AudienceMismatch,
    TimeInvalid,
    IdentifierMissing,
    NobodyNamed,
    NoncePresent,
    EventMissing,
    SignatureInvalid,
    Replayed,

    /// <summary>Keys, denylist or session store gave no answer.</summary>
    Unavailable,
}
