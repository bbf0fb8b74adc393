using Pulse.Audit;
using Pulse.Certs;
using Pulse.Mqtt;

namespace Pulse.ReferenceHost.Composition;

/// <summary>A revoked or held certificate ends its device's sessions first; the audit row never delays that.</summary>
internal sealed class CertificateEventsToSessionsAndAudit(IServiceProvider services, IAuditWriter audit) : ICertificateEvents
{
    private static readonly CertificateAuditEvents Events = new(AuditClass.Security, actor: null);

    public ValueTask IssuedAsync(CertificateIssued e, CancellationToken cancellationToken) => Write(Events.From(e));

    public ValueTask RotatedAsync(CertificateRotated e, CancellationToken cancellationToken) => Write(Events.From(e));

    public ValueTask ReleasedAsync(CertificateReleased e, CancellationToken cancellationToken) => Write(Events.From(e));

    public ValueTask ExpiringAsync(CertificateExpiring e, CancellationToken cancellationToken) => Write(Events.From(e));

    // A superseded certificate too: whoever is connected with it would have every message refused, and must come back with the new one.
    public ValueTask RevokedAsync(CertificateRevoked e, CancellationToken cancellationToken) =>
        EndAsync(e.Device, Events.From(e), cancellationToken);

    public ValueTask HeldAsync(CertificateHeld e, CancellationToken cancellationToken) =>
        EndAsync(e.Device, Events.From(e), cancellationToken);

    private async ValueTask EndAsync(DeviceSubject? subject, AuditEvent told, CancellationToken cancellationToken)
    {
        try
        {
            if (subject is { } named && DeviceKey.TryCreate(named.TenantId, named.DeviceId, out var device))
            {
                // Asked for late: the endpoint is built after the authority whose events these are.
                var sessions = services.GetRequiredService<ISessionControl>();
                await sessions.EndSessionsAsync(device, SessionEndReason.CertificateRevoked, cancellationToken);
            }
        }
        finally
        {
            await Write(told);
        }
    }

    private ValueTask Write(AuditEvent auditEvent)
    {
        audit.TryWrite(auditEvent);
        return ValueTask.CompletedTask;
    }
}
