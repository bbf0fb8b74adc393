using Microsoft.Extensions.Options;

namespace Pulse.Mqtt;

/// <summary>The rules that need the registry, the certificate's state and the rates, in their order.</summary>
internal sealed class AdmissionRules(IDeviceTrust trust, IOptions<PulseMqttOptions> options, TimeProvider time)
{
    private readonly GcraLimiter<DeviceKey> _devices = new(options.Value.DeviceMessagesPerSecond, options.Value.DeviceBurst, options.Value.MaxConnections * 2);
    private readonly GcraLimiter<string> _tenants = new(options.Value.TenantMessagesPerSecond, options.Value.TenantBurst, options.Value.MaxConnections);

    public IngestRefusal Decide(
        in TrustedCertificate certificate, DeviceRegistration? registration, TelemetryEnvelope envelope, long receivedTicks)
    {
        if (registration is null)
        {
            return IngestRefusal.DeviceUnknown;
        }

        if (!registration.Enabled)
        {
            return IngestRefusal.DeviceDisabled;
        }

        if (!registration.TenantActive)
        {
            return IngestRefusal.TenantSuspended;
        }

        if (certificate.NotAfter <= time.GetUtcNow())
        {
            return IngestRefusal.CertificateExpired;
        }

        if (!IsLive(certificate))
        {
            return IngestRefusal.CertificateRevoked;
        }

        if (NamesOtherSite(envelope.SiteId, registration.SiteId))
        {
            return IngestRefusal.SiteMismatch;
        }

        if (!_devices.TryAcquire(certificate.Device, receivedTicks))
        {
            return IngestRefusal.DeviceRateLimited;
        }

        return _tenants.TryAcquire(certificate.Device.TenantId, receivedTicks) ? IngestRefusal.None : IngestRefusal.TenantRateLimited;
    }

    /// <summary>Whether a connection may still read: the certificate is live and unexpired.</summary>
    public bool MayReceive(in TrustedCertificate certificate) => certificate.NotAfter > time.GetUtcNow() && IsLive(certificate);

    private bool IsLive(in TrustedCertificate certificate)
    {
        try
        {
            return trust.IsLive(certificate);
        }
        catch (Exception)
        {
            // A seam that fails says nothing about the certificate: not live. The refusal is counted and quarantined like any other.
            return false;
        }
    }

    private static bool NamesOtherSite(string? claimed, string? registered) =>
        claimed is not null && registered is not null && !string.Equals(claimed, registered, StringComparison.Ordinal);
}
