using Pulse.Audit;
using Pulse.Tenancy;

namespace Pulse.ReferenceHost.Composition;

/// <summary>Each operator access twice: when it is granted and how it ended. The grant row is already committed by then.</summary>
internal sealed class OperatorAccessToAudit(IAuditWriter audit) : IOperatorAccessRecorder
{
    public async ValueTask RecordAsync(OperatorAccess access, CancellationToken cancellationToken) =>
        await audit.WriteAsync(
            new AuditEvent
            {
                Type = access.Outcome == OperatorAccessOutcome.Granted ? "operator.access.granted" : "operator.access.ended",
                Class = AuditClass.Security,
                Outcome = access.Outcome switch
                {
                    OperatorAccessOutcome.Granted or OperatorAccessOutcome.Completed => AuditOutcome.Success,
                    OperatorAccessOutcome.Refused => AuditOutcome.Denied,
                    _ => AuditOutcome.Failure,
                },
                TenantId = access.Target?.Value,
                Actor = access.Actor,
                Reason = access.Reason,
                Fields =
                [
                    AuditField.Public("grant_id", access.GrantId.ToString()),
                    AuditField.Public("outcome", access.Outcome.ToString()),
                    AuditField.Public("rows", access.Rows ?? -1),
                    AuditField.Public("sql_state", access.SqlState ?? string.Empty),
                ],
            },
            cancellationToken);
}
