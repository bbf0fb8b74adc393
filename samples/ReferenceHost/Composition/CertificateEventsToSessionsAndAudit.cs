using Pulse.Audit;
using Pulse.Certs;
using Pulse.Mqtt;

namespace Pulse.ReferenceHost.Composition;

/// <summary>A revoked or held certificate ends its device's sessions first; the audit row never delays that.</summary>
internal sealed class CertificateEventsToSessionsAndAudit(IServiceProvider services, IAuditWriter audit) : ICertificateEvents
{
    public ValueTask IssuedAsync(CertificateIssued e, CancellationToken cancellationToken) =>
        WriteAsync("certificate.issued", e.Certificate.Device, e.Certificate.SerialNumber, reason: null);

    public ValueTask RotatedAsync(CertificateRotated e, CancellationToken cancellationToken) =>
        WriteAsync("certificate.rotated", e.Device, e.SerialNumber, $"successor {e.Successor.SerialNumber}");

    public ValueTask ReleasedAsync(CertificateReleased e, CancellationToken cancellationToken) =>
        WriteAsync("certificate.released", e.Device, e.SerialNumber, reason: null);

    public ValueTask ExpiringAsync(CertificateExpiring e, CancellationToken cancellationToken) =>
        WriteAsync("certificate.expiring", e.Device, e.SerialNumber, e.Threshold);

    // A superseded certificate too: whoever is connected with it would have every message refused, and must come back with the new one.
    public ValueTask RevokedAsync(CertificateRevoked e, CancellationToken cancellationToken) =>
        EndAsync("certificate.revoked", e.Device, e.SerialNumber, e.Reason, cancellationToken);

    public ValueTask HeldAsync(CertificateHeld e, CancellationToken cancellationToken) =>
        EndAsync("certificate.held", e.Device, e.SerialNumber, RevocationReason.CertificateHold, cancellationToken);

    private async ValueTask EndAsync(
        string type, DeviceSubject? subject, string serialNumber, RevocationReason reason, CancellationToken cancellationToken)
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
            await WriteAsync(type, subject, serialNumber, reason.ToString());
        }
    }

    private ValueTask WriteAsync(string type, DeviceSubject? device, string serialNumber, string? reason)
    {
        audit.TryWrite(ToEvent(type, device, serialNumber, reason));
        return ValueTask.CompletedTask;
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
