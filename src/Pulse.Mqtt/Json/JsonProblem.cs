namespace Pulse.Mqtt;

/// <summary>Why bytes are no acceptable JSON. Each is something PostgreSQL's <c>jsonb</c> refuses, alters or reads differently than others.</summary>
internal enum JsonProblem
{
    None,
    NotUtf8,
    Syntax,
    NotAnObject,
    TrailingData,
    TooDeep,
    ControlCharacter,
    NulCharacter,
    LoneSurrogate,
    NumberOutOfRange,
    DuplicateMember,
}
