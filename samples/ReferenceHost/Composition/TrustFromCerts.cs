using System.Security.Cryptography.X509Certificates;
using Pulse.Audit;
using Pulse.Certs;
using Pulse.Mqtt;

namespace Pulse.ReferenceHost.Composition;

/// <summary>Pulse.Mqtt asks whether to trust a certificate; Pulse.Certs answers offline, with the live revocation view.</summary>
internal sealed class TrustFromCerts(
    DeviceCertificateValidator validator, IRevocationView revocations, ICertificateSightings sightings, IAuditWriter audit, TimeProvider time)
    : IDeviceTrust
{
    public DeviceTrustVerdict Check(X509Certificate2 leaf, IReadOnlyList<X509Certificate2> presented)
    {
        var verdict = validator.Validate(leaf.RawData, [.. presented.Select(certificate => (ReadOnlyMemory<byte>)certificate.RawData)]);
        if (!verdict.IsValid)
        {
            return Refuse(verdict.Refusal.ToString(), verdict.SerialNumber);
        }

        if (!DeviceKey.TryCreate(verdict.Device.TenantId, verdict.Device.DeviceId, out var device))
        {
            return Refuse("NameNotAccepted", verdict.SerialNumber);
        }

        // A rotated device that comes with its new certificate needs the older one no longer.
        sightings.Seen(verdict.SerialNumber);
        return DeviceTrustVerdict.Trusted(new TrustedCertificate(device, verdict.SerialNumber, verdict.NotAfter));
    }

    public bool IsLive(in TrustedCertificate certificate) =>
        revocations.IsFresh && !revocations.IsRevoked(certificate.SerialNumber) && time.GetUtcNow() <= certificate.NotAfter;

    private DeviceTrustVerdict Refuse(string reason, string? serialNumber)
    {
        // The names in a certificate nobody vouches for are not an identity: none is recorded as actor or tenant.
        audit.TryWrite(new AuditEvent
        {
            Type = "certificate.refused",
            Class = AuditClass.Security,
            Outcome = AuditOutcome.Denied,
            Reason = reason,
            Fields = [AuditField.Public("serial_number", serialNumber ?? string.Empty)],
        });
        return DeviceTrustVerdict.Refused(reason);
    }
}
