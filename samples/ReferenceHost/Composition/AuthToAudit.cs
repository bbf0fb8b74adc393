using System.Net;
using Pulse.Audit;
using Pulse.Auth;

namespace Pulse.ReferenceHost.Composition;

/// <summary>Who called, who was refused and why: never the token itself.</summary>
internal sealed class AuthToAudit(IAuditWriter audit) : AuthEvents
{
    public override async ValueTask TokenAcceptedAsync(TokenAccepted e, CancellationToken cancellationToken) =>
        await audit.WriteAsync(
            Create("auth.token.accepted", AuditOutcome.Success, e.TenantId, e.Subject, reason: null, e.RemoteAddress, e.Path, e.TraceId),
            cancellationToken);

    public override async ValueTask TokenRefusedAsync(TokenRefused e, CancellationToken cancellationToken) =>
        await audit.WriteAsync(
            Create("auth.token.refused", AuditOutcome.Denied, tenantId: null, actor: null, e.Failure.ToString(), e.RemoteAddress, e.Path, e.TraceId),
            cancellationToken);

    public override async ValueTask AccessDeniedAsync(AccessDenied e, CancellationToken cancellationToken) =>
        await audit.WriteAsync(
            Create("auth.access.denied", AuditOutcome.Denied, e.TenantId, e.Subject, string.Join(",", e.Policies), e.RemoteAddress, e.Path, e.TraceId),
            cancellationToken);

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
