namespace Pulse.Mqtt;

/// <summary>What is wrong with a line of an ACL file.</summary>
public enum AclDiagnosticCode
{
    /// <summary>The first word is none of <c>user</c>, <c>topic</c>, <c>pattern</c>. Tabs, a byte order mark and capitals do not count as spelling it.</summary>
    UnknownKeyword,

    /// <summary><c>topic</c> or <c>pattern</c> without a filter.</summary>
    MissingTopic,

    /// <summary><c>user</c> without a name.</summary>
    MissingUserName,

    /// <summary>The word before the filter is none of <c>read</c>, <c>write</c>, <c>readwrite</c>, <c>deny</c>.</summary>
    InvalidAccess,

    /// <summary>The filter has a misplaced wildcard, more than 200 slashes or more than 65535 bytes.</summary>
    InvalidTopic,

    /// <summary>Warning: an access word stands alone and is therefore the topic, readable and writable.</summary>
    AccessWordIsTopic,

    /// <summary>Warning: a pattern without <c>%c</c> or <c>%u</c> holds for everybody, anonymous clients included. Strict: error.</summary>
    PatternForEverybody,

    /// <summary>Warning: a NUL byte; Mosquitto 2.0 ignores this line and the rest of the file without a word. Strict: error.</summary>
    NulByte,

    /// <summary>Warning: the last line lacks its line feed and has a length at which Mosquitto 2.0 ignores it without a word. Strict: see <see cref="MissingFinalLineFeed"/>.</summary>
    DroppedLastLine,

    /// <summary>Strict: the file does not end with a line feed.</summary>
    MissingFinalLineFeed,

    /// <summary>Strict: no access word before the filter.</summary>
    MissingAccess,

    /// <summary>Strict: a line ends in white space (a carriage return is one).</summary>
    TrailingWhiteSpace,

    /// <summary>Strict: bytes that are no valid UTF-8, or a control character.</summary>
    InvalidText,

    /// <summary>Strict: a user name with <c>/ + # $</c>, which Mosquitto 2.0 and 2.1 treat differently.</summary>
    AmbiguousUserName,

    /// <summary>Strict: <c>%c</c> or <c>%u</c> is not a whole level, or is the first, which Mosquitto 2.0 and 2.1 treat differently.</summary>
    AmbiguousToken,
}
