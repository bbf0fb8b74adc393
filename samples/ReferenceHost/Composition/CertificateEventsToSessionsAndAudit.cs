using Pulse.Audit;
using Pulse.Certs;
using Pulse.Mqtt;

namespace Pulse.ReferenceHost.Composition;

/// <summary>A revoked certificate ends its device's sessions first; the audit row never delays that.</summary>
internal sealed class CertificateEventsToSessionsAndAudit(IServiceProvider services, IAuditWriter audit) : ICertificateEvents
{
    public ValueTask IssuedAsync(CertificateIssued e, CancellationToken cancellationToken)
    {
        audit.TryWrite(ToEvent("certificate.issued", e.Certificate.Device, e.Certificate.SerialNumber, reason: null));
        return ValueTask.CompletedTask;
    }

    public async ValueTask RevokedAsync(CertificateRevoked e, CancellationToken cancellationToken)
    {
        try
        {
            if (DeviceKey.TryCreate(e.Device.TenantId, e.Device.DeviceId, out var device))
            {
                // Asked for late: the endpoint is built after the authority whose events these are.
                var sessions = services.GetRequiredService<ISessionControl>();
                await sessions.EndSessionsAsync(device, SessionEndReason.CertificateRevoked, cancellationToken);
            }
        }
        finally
        {
            audit.TryWrite(ToEvent("certificate.revoked", e.Device, e.SerialNumber, e.Reason.ToString()));
        }
    }

    private static AuditEvent ToEvent(string type, DeviceSubject? device, string serialNumber, string? reason) => new()
    {
        Type = type,
        Class = AuditClass.Security,
        Outcome = AuditOutcome.Success,
        TenantId = device?.TenantId,
        Reason = reason,
        Fields =
        [
            AuditField.Public("serial_number", serialNumber),
            AuditField.Public("device", device?.DeviceId ?? string.Empty),
        ],
    };
}
