namespace Pulse.Audit;

/// <summary>The words the record uses; they are hashed, so they never follow a renamed member.</summary>
internal static class CanonicalNames
{
    public const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    public static string Of(AuditClass value) => value switch
    {
        AuditClass.Access => "access",
        AuditClass.Security => "security",
        _ => "critical",
    };

    public static string Of(AuditOutcome value) => value switch
    {
        AuditOutcome.Success => "success",
        AuditOutcome.Denied => "denied",
        AuditOutcome.Failure => "failure",
        AuditOutcome.Error => "error",
        _ => "unknown",
    };

    /// <exception cref="FormatException">The word is none of them.</exception>
    public static AuditClass ClassOf(string word) => Find(word, Enum.GetValues<AuditClass>(), Of);

    /// <exception cref="FormatException">The word is none of them.</exception>
    public static AuditOutcome OutcomeOf(string word) => Find(word, Enum.GetValues<AuditOutcome>(), Of);

    private static T Find<T>(string word, T[] values, Func<T, string> name)
    {
        foreach (var value in values)
        {
            if (name(value) == word)
            {
                return value;
            }
        }

        throw new FormatException($"The record says \"{word}\" where one of {values.Length} words is expected.");
    }
}
