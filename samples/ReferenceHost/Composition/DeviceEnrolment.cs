using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Pulse.Certs;
using Pulse.Mqtt;

namespace Pulse.ReferenceHost.Composition;

/// <summary>A device becomes known: registry row, ACL section, certificate. Ending one is revoking its certificates.</summary>
internal sealed class DeviceEnrolment(
    DeviceDirectory directory, AclPublication acl, IAclReloader reloader, IDeviceCertificateAuthority authority)
{
    /// <summary>Registers the devices and publishes the ACL once for all of them.</summary>
    public async Task RegisterAsync(IReadOnlyList<DeviceKey> devices, string? siteId, CancellationToken cancellationToken)
    {
        foreach (var device in devices)
        {
            await directory.RegisterAsync(device, siteId, cancellationToken);
        }

        await acl.WriteAsync(cancellationToken);
        if (!await reloader.ReloadAsync(cancellationToken))
        {
            throw new InvalidOperationException("The endpoint refused the ACL file generated from the registry; its log says why.");
        }
    }

    /// <summary>Makes a key the way a device would and has its request signed.</summary>
    public async Task<DeviceCredential> IssueAsync(DeviceKey device, CancellationToken cancellationToken)
    {
        if (!DeviceSubject.TryCreate(device.TenantId, device.DeviceId, out var subject))
        {
            throw new InvalidOperationException($"{device} is no name a certificate can carry.");
        }

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=device", key, HashAlgorithmName.SHA256).CreateSigningRequest();
        var result = await authority.IssueAsync(subject, request, cancellationToken);
        return result.Certificate is { } certificate
            ? new DeviceCredential(device, certificate.SerialNumber, certificate.Pem, key.ExportPkcs8PrivateKeyPem(), certificate.NotAfter)
            : throw new InvalidOperationException($"No certificate for {device}: {result.Refusal}.");
    }

    /// <summary>Revokes all live certificates of the device, those on hold among them; its sessions end before this returns.</summary>
    public async Task<int> RevokeAsync(DeviceKey device, RevocationReason reason, CancellationToken cancellationToken)
    {
        if (!DeviceSubject.TryCreate(device.TenantId, device.DeviceId, out var subject))
        {
            return 0;
        }

        var active = await authority.ListActiveAsync(subject, cancellationToken);
        foreach (var certificate in active)
        {
            await authority.RevokeAsync(subject, certificate.SerialNumber, reason, cancellationToken: cancellationToken);
        }

        return active.Count;
    }
}

/// <summary>What a device holds: its certificate and its private key.</summary>
internal sealed record DeviceCredential(DeviceKey Device, string SerialNumber, string CertificatePem, string PrivateKeyPem, DateTimeOffset NotAfter);
