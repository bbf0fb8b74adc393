using System.Net;
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
    public override ValueTask TokenAcceptedAsync(TokenAccepted e, CancellationToken cancellationToken) =>
        Write(Create("auth.token.accepted", AuditOutcome.Success, e.TenantId, e.Subject, reason: null, e.RemoteAddress, e.Path, e.TraceId));

    public override ValueTask TokenRefusedAsync(TokenRefused e, CancellationToken cancellationToken) =>
        Write(Create("auth.token.refused", AuditOutcome.Denied, tenantId: null, actor: null, e.Failure.ToString(), e.RemoteAddress, e.Path, e.TraceId));

    public override ValueTask AccessDeniedAsync(AccessDenied e, CancellationToken cancellationToken) =>
        Write(Create("auth.access.denied", AuditOutcome.Denied, e.TenantId, e.Subject, string.Join(",", e.Policies), e.RemoteAddress, e.Path, e.TraceId));

    private ValueTask Write(AuditEvent auditEvent)
    {
        audit.TryWrite(auditEvent);
        return ValueTask.CompletedTask;
    }

    private static AuditEvent Create(
        string type, AuditOutcome outcome, string? tenantId, string? actor, string? reason, IPAddress? peer, string? path, string? traceId) => new()
        {
            Type = type,
            Class = AuditClass.Security,
            Outcome = outcome,
            TenantId = tenantId,
            Actor = actor,
            Reason = reason,
            Peer = peer,
            TraceId = traceId,
            Fields = [AuditField.Public("path", path ?? string.Empty)],
        };
}
