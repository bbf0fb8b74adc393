namespace Pulse.Audit;

/// <summary>How the audited operation ended.</summary>
public enum AuditOutcome
{
    /// <summary>Not known, or not known yet.</summary>
    Unknown,

    /// <summary>Done as asked.</summary>
    Success,

    /// <summary>Refused: the caller was not allowed.</summary>
    Denied,

    /// <summary>Allowed, but it could not be done.</summary>
    Failure,

    /// <summary>Broke off by a defect or a broken environment.</summary>
    Error,
}
