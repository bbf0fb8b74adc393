using Pulse.Audit;
using Pulse.Auth;

namespace Pulse.ReferenceHost.Composition;

/// <summary>
/// Who called, who was refused and why: never the token itself. Written without waiting, so the queue of Pulse.Auth empties as
/// fast as this process can; what audit has no room for, neither in memory nor on disk, is counted
/// there and declared by a gap record.
/// </summary>
internal sealed class AuthToAudit(IAuditWriter audit) : AuthEvents
{
    public override ValueTask TokenAcceptedAsync(TokenAccepted e, CancellationToken cancellationToken) => Write(From(e));

    public override ValueTask TokenRefusedAsync(TokenRefused e, CancellationToken cancellationToken) => Write(From(e));

    public override ValueTask AccessDeniedAsync(AccessDenied e, CancellationToken cancellationToken) => Write(From(e));

    public override bool TryTakeOverflow(AuthEvent e) => e switch
    {
        TokenAccepted accepted => audit.TryWrite(From(accepted)),
        TokenRefused refused => audit.TryWrite(From(refused)),
        AccessDenied denied => audit.TryWrite(From(denied)),
        _ => false,
    };

    private static AuditEvent From(TokenAccepted e) =>
        Create("auth.token.accepted", AuditOutcome.Success, e, e.TenantId, e.Subject, reason: null);

    private static AuditEvent From(TokenRefused e) =>
        Create("auth.token.refused", AuditOutcome.Denied, e, tenantId: null, actor: null, e.Failure.ToString());

    private static AuditEvent From(AccessDenied e) =>
        Create("auth.access.denied", AuditOutcome.Denied, e, e.TenantId, e.Subject, string.Join(",", e.Policies));

    private ValueTask Write(AuditEvent auditEvent)
    {
        audit.TryWrite(auditEvent);
        return ValueTask.CompletedTask;
    }

    private static AuditEvent Create(
        string type, AuditOutcome outcome, AuthEvent e, string? tenantId, string? actor, string? reason) => new()
        {
            Type = type,
            Class = AuditClass.Security,
            Outcome = outcome,
            TenantId = tenantId,
            Actor = actor,
            Reason = reason,
            Peer = e.RemoteAddress,
            TraceId = e.TraceId,
            Fields = [AuditField.Public("path", e.Path)],
        };
}
