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

    /// <summary>Lint: an access word stands inside the filter, as in <c>topic deny readwrite a</c>, which denies the topic <c>readwrite a</c>.</summary>
    AccessWordInTopic,

    /// <summary>Lint: a control character, U+FFFF or bytes that are no UTF-8 in a filter; nobody can publish to such a topic.</summary>
    UnpublishableTopic,

    /// <summary>Lint: no line grants anything to anybody.</summary>
    NothingGranted,

    /// <summary>Lint: a <c>user</c> line without a <c>topic</c> line after it; it makes no section.</summary>
    UserWithoutRules,

    /// <summary>Lint: the user had a section before; both are one.</summary>
    RepeatedUser,

    /// <summary>Lint: <c>topic</c> lines before the first <c>user</c> line hold for anonymous clients alone.</summary>
    AnonymousRules,

    /// <summary>Lint: a grant of <c>$share…</c>, or of writing to <c>$SYS…</c>, which the broker refuses before it reads any rule.</summary>
    ServerTopic,

    /// <summary>Lint: <c>%c</c> or <c>%u</c> in a <c>topic</c> line, where it is plain text.</summary>
    TokenInTopic,

    /// <summary>Lint: a <c>pattern</c> with <c>%c</c>: without <c>use_username_as_clientid</c> every client chooses its client id.</summary>
    ClientIdPattern,

    /// <summary>Lint: a <c>pattern deny</c> meets a <c>topic</c> grant of a user, which it cannot override.</summary>
    PatternDenyOverridden,

    /// <summary>Lint: a grant that a denial of the same section or class covers whole.</summary>
    ShadowedGrant,

    /// <summary>Lint: a grant of <c>#</c>: every topic of every tenant.</summary>
    GrantsEverything,

    /// <summary>Lint: more than 10,000 users, which Mosquitto 2.0 loads in quadratic time.</summary>
    TooManyUsers,
}
