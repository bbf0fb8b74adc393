namespace Pulse.Tenancy;

/// <summary>What <see cref="IOperatorAccessRecorder"/> is told.</summary>
public sealed class OperatorAccess
{
    internal OperatorAccess(OperatorGrant grant, OperatorAccessOutcome outcome, int? rows, string? sqlState)
    {
        GrantId = grant.Id;
        Actor = grant.Actor;
        Reason = grant.Reason;
        Target = grant.Target;
        Outcome = outcome;
        Rows = rows;
        SqlState = sqlState;
    }

    /// <summary>Identity of the row in <c>pulse.operator_grant</c>.</summary>
    public Guid GrantId { get; }

    /// <summary>Who.</summary>
    public string Actor { get; }

    /// <summary>Why.</summary>
    public string Reason { get; }

    /// <summary>The tenant it is about, or null.</summary>
    public TenantId? Target { get; }

    /// <summary>The step.</summary>
    public OperatorAccessOutcome Outcome { get; }

    /// <summary>Rows the statements read or changed; null unless <see cref="OperatorAccessOutcome.Completed"/>.</summary>
    public int? Rows { get; }

    /// <summary>SQLSTATE of the refusal; null when nothing was refused or the connection broke.</summary>
    public string? SqlState { get; }
}
