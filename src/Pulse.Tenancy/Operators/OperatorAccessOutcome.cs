namespace Pulse.Tenancy;

/// <summary>A step of an operator's access.</summary>
public enum OperatorAccessOutcome
{
    /// <summary>The grant row is committed; the outcome follows.</summary>
    Granted,

    /// <summary>All statements ran; the number of rows is known.</summary>
    Completed,

    /// <summary>A statement was refused, or the connection broke so that the rest is unknown.</summary>
    Failed,

    /// <summary>No grant, so no statement ran.</summary>
    Refused,
}
