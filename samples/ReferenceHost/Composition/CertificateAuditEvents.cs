using Pulse.Audit;
using Pulse.Certs;

namespace Pulse.ReferenceHost.Composition;

/// <summary>What the audit trail says of a certificate.</summary>
/// <param name="delivery">The class of the events.</param>
/// <param name="actor">Who changes certificates here; null where the authority's caller is not known to it.</param>
internal sealed class CertificateAuditEvents(AuditClass delivery, string? actor)
{
    public AuditEvent From(CertificateIssued e) => Create("certificate.issued", e.Certificate.Device, e.Certificate.SerialNumber);

    public AuditEvent From(CertificateRotated e) => Create("certificate.rotated", e.Device, e.SerialNumber, $"successor {e.Successor.SerialNumber}");

    public AuditEvent From(CertificateReleased e) => Create("certificate.released", e.Device, e.SerialNumber);

    public AuditEvent From(CertificateExpiring e) => Create("certificate.expiring", e.Device, e.SerialNumber, e.Threshold);

    public AuditEvent From(CertificateRevoked e) => Create("certificate.revoked", e.Device, e.SerialNumber, e.Reason.ToString());

    public AuditEvent From(CertificateHeld e) => Create("certificate.held", e.Device, e.SerialNumber, nameof(RevocationReason.CertificateHold));

    private AuditEvent Create(string type, DeviceSubject? device, string serialNumber, string? reason = null) => new()
    {
        Type = type,
        Class = delivery,
        Outcome = AuditOutcome.Success,
        TenantId = device?.TenantId,
        Actor = actor,
        Reason = reason,
        Fields =
        [
            AuditField.Public("serial_number", serialNumber),
            AuditField.Public("device", device?.DeviceId ?? string.Empty),
        ],
    };
}
