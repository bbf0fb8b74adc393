namespace Pulse.Audit;

/// <summary>The words the record uses; they are hashed, so they never follow a renamed member.</summary>
internal static class CanonicalNames
{
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
}
