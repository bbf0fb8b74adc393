using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Pulse.Certs;
using Pulse.Mqtt;
using Pulse.ReferenceHost.Composition;

namespace Pulse.ReferenceHost.Development;

/// <summary>The devices of development mode and what they hold, in files under <c>.pulse/devices</c>.</summary>
internal sealed class DevelopmentDevices(
    DevelopmentFolder folder, DeviceDirectory directory, DeviceEnrolment enrolment, IRevocationView revocations, TimeProvider time)
{
    private const int SimulatedPerTenant = 10;
    private static readonly TimeSpan WorthKeeping = TimeSpan.FromDays(7);

    /// <summary>The device nobody simulates: yours to try.</summary>
    public static DeviceKey Reserved { get; } = Key("acme", "bench-1");

    public static IReadOnlyList<DeviceKey> Simulated { get; } =
    [
        .. new[] { "acme", "globex" }.SelectMany(tenant =>
            Enumerable.Range(1, SimulatedPerTenant).Select(number => Key(tenant, $"sensor-{number:00}"))),
    ];

    public async Task RegisterAsync(CancellationToken cancellationToken)
    {
        await directory.RegisterAsync(Reserved, "bench", cancellationToken);
        foreach (var device in Simulated)
        {
            await directory.RegisterAsync(device, "plant-1", cancellationToken);
        }
    }

    /// <summary>The device's files: kept while its certificate is good for another week, else issued anew.</summary>
    public async Task<DeviceFiles> CredentialAsync(DeviceKey device, CancellationToken cancellationToken)
    {
        var place = Path.Combine(folder.Devices, device.TenantId, device.DeviceId);
        var files = new DeviceFiles(Path.Combine(place, "cert.pem"), Path.Combine(place, "key.pem"));
        if (File.Exists(files.Certificate) && IsWorthKeeping(files))
        {
            return files;
        }

        Directory.CreateDirectory(place);
        await enrolment.RevokeAsync(device, RevocationReason.Superseded, cancellationToken);
        var credential = await enrolment.IssueAsync(device, cancellationToken);
        await PrivateFile.WriteAsync(files.PrivateKey, credential.PrivateKeyPem, cancellationToken);
        await PrivateFile.WriteAsync(files.Certificate, credential.CertificatePem, cancellationToken);
        return files;
    }

    private bool IsWorthKeeping(DeviceFiles files)
    {
        try
        {
            using var certificate = files.Load();
            return certificate.NotAfter.ToUniversalTime() - time.GetUtcNow().UtcDateTime > WorthKeeping
                && !revocations.IsRevoked(DeviceFiles.Serial(certificate));
        }
        catch (CryptographicException)
        {
            // A start that was killed between the two files leaves a pair that does not match.
            return false;
        }
    }

    private static DeviceKey Key(string tenantId, string deviceId) =>
        DeviceKey.TryCreate(tenantId, deviceId, out var key) ? key : throw new InvalidOperationException($"{tenantId}/{deviceId} is no device name.");
}

/// <summary>Where a device's certificate and private key lie, both PEM.</summary>
internal sealed record DeviceFiles(string Certificate, string PrivateKey)
{
    public X509Certificate2 Load() => X509Certificate2.CreateFromPemFile(Certificate, PrivateKey);

    public static string Serial(X509Certificate2 certificate) => Convert.ToHexStringLower(certificate.SerialNumberBytes.Span);
}
