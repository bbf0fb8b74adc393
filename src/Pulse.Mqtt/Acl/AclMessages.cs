namespace Pulse.Mqtt;

/// <summary>What each finding in an ACL file means and what to do about it.</summary>
internal static class AclMessages
{
    public static string Of(AclDiagnosticCode code) => code switch
    {
        AclDiagnosticCode.UnknownKeyword =>
            "The line begins with none of 'user', 'topic', 'pattern'; the broker does not start. Write the word in lower case, after spaces only, and '#' of a comment as the very first byte.",
        AclDiagnosticCode.MissingTopic => "There is no filter after the keyword; the broker does not start. Write one.",
        AclDiagnosticCode.MissingUserName => "There is no name after 'user'; the broker does not start. Write one.",
        AclDiagnosticCode.InvalidAccess =>
            "The word before the filter is none of 'read', 'write', 'readwrite', 'deny'; the broker does not start. A filter with spaces needs one of them, and a comment needs a line of its own.",
        AclDiagnosticCode.InvalidTopic =>
            "The filter is no valid one; the broker does not start. '+' and '#' stand alone in their level, '#' is the last, 200 slashes and 65535 bytes are the most.",
        AclDiagnosticCode.AccessWordIsTopic => "The access word stands alone, so it is the topic, and readable and writable. Write the filter after it.",
        AclDiagnosticCode.PatternForEverybody => "A pattern without %c or %u holds for every client, anonymous ones too. Use 'topic' in the sections that need it.",
        AclDiagnosticCode.NulByte => "Mosquitto 2.0 ignores this line from its NUL byte on and the whole rest of the file. Remove the byte.",
        AclDiagnosticCode.DroppedLastLine => "The last line fills the broker's buffer exactly and has no line feed, so the broker ignores it. End the file with a line feed.",
        AclDiagnosticCode.MissingFinalLineFeed => "At some lengths the broker ignores a last line without line feed. End the file with one.",
        AclDiagnosticCode.MissingAccess => "Without an access word a rule grants reading and writing. Write 'readwrite' if that is meant.",
        AclDiagnosticCode.TrailingWhiteSpace => "The broker drops white space at the end of a line, a carriage return too. Remove it, or a reader believes it counts.",
        AclDiagnosticCode.InvalidText => "The line holds a control character or is no UTF-8; no client can have such a name or topic. Remove it.",
        AclDiagnosticCode.AmbiguousUserName => "Mosquitto 2.0 and 2.1 treat user names with / + # $ differently in patterns. Give the account another name.",
        AclDiagnosticCode.AmbiguousToken => "Mosquitto 2.1 replaces %c and %u only where they are a whole level, and not the first. Give them a level of their own behind another.",
        AclDiagnosticCode.AccessWordInTopic => "The second access word is part of the topic, which begins with it. Leave one of the two.",
        AclDiagnosticCode.UnpublishableTopic => "Brokers refuse topics with control characters or broken UTF-8, so this rule matches nothing. A tab does not separate words; use a space.",
        AclDiagnosticCode.NothingGranted => "No line grants anything: every client is denied everything. If that is not meant, add 'topic' lines to the sections.",
        AclDiagnosticCode.UserWithoutRules => "No 'topic' line follows, so this line changes nothing and the user may do nothing by it. Add lines, or remove it.",
        AclDiagnosticCode.RepeatedUser => "The user has a section above; the broker merges both, all denials first. Put the lines together.",
        AclDiagnosticCode.AnonymousRules => "Lines before the first 'user' hold for anonymous clients alone; users with a name do not inherit them. Move them, or refuse anonymous clients.",
        AclDiagnosticCode.ServerTopic => "The broker refuses $share… topics and publishing to $SYS… before it reads a rule; this one has no effect. Grant the filter behind the share.",
        AclDiagnosticCode.TokenInTopic => "%c and %u are replaced in 'pattern' lines only; here they are plain text. Write 'pattern' if replacing is meant.",
        AclDiagnosticCode.ClientIdPattern => "Without 'use_username_as_clientid true' every client chooses its client id, and with it what %c grants. Set it, or use %u.",
        AclDiagnosticCode.PatternDenyOverridden => "A 'topic' grant of a user goes before every pattern, so this denial does not hold for it. Deny in the user's section too.",
        AclDiagnosticCode.ShadowedGrant => "A denial covers this grant whole, and denials go first whatever the order; it has no effect. Remove one of the two.",
        AclDiagnosticCode.GrantsEverything => "'#' is every topic of every tenant (but for those that begin with '$'). Name what is needed.",
        AclDiagnosticCode.TooManyUsers => $"Mosquitto 2.0 loads users in quadratic time and serves nobody meanwhile; {AclLinter.MaxUsers} are the most for it. Use the Pulse endpoint beyond.",
        _ => throw new ArgumentOutOfRangeException(nameof(code), code, "There is no such finding."),
    };
}
