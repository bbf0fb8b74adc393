namespace Pulse.Audit;

/// <summary>
/// An event could not be made as durable as its class asks. The operation it belongs to must not go on. The event may
/// still be stored later: it then tells of an operation that was refused for this very reason.
/// </summary>
public sealed class AuditUnavailableException : Exception
{
    /// <summary>Creates the exception with a general text.</summary>
    public AuditUnavailableException()
        : this("The audit event could not be recorded.")
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What could not be done, and what to look at.</param>
    public AuditUnavailableException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What could not be done, and what to look at.</param>
    /// <param name="innerException">What kept it from being done.</param>
    public AuditUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
