using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using Pulse.TestKit;

namespace Pulse.Certs.Tests;

/// <summary>The package as <c>AddPulseCerts</c> composes it, over a fake clock and an in-memory store.</summary>
internal sealed class Harness
{
    public const string Password = "correct horse battery staple";

    public static readonly DateTimeOffset Start = new(2026, 6, 1, 12, 0, 0, 250, TimeSpan.Zero);

    /// <summary>Opening an encrypted key is slow on purpose: one authority, and a cheap one, serves the whole run.</summary>
    public static readonly CertificateAuthorityMaterial Material = CertificateAuthorityMaterial.Create(
        "Test Device CA", TimeSpan.FromDays(3650), Password, new FakeTimeProvider(Start), iterations: 1000);

    public static readonly ICaSigner Signer =
        CaSigners.FromEncryptedPem(Material.CertificatePem, Material.EncryptedPrivateKeyPem, Password);

    public Harness(
        Action<PulseCertsOptions>? configure = null,
        ICaSigner? signer = null,
        Action<IPulseCertsBuilder>? register = null,
        params ICertificateEvents[] events)
    {
        var services = new ServiceCollection();
        services.AddMetrics();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Debug).AddProvider(new FakeLoggerProvider(Logs)));
        services.AddSingleton<TimeProvider>(Time);
        services.AddSingleton<ICertificateStore>(Store);
        foreach (var handler in events)
        {
            services.AddSingleton(handler);
        }

        var builder = services.AddPulseCerts(configure ?? (_ => { })).UseSigner(_ => signer ?? Signer);
        register?.Invoke(builder);
        Services = services.BuildServiceProvider();
        View.Replace([], Time.GetTimestamp());
    }

    public PauseClock Time { get; } = new(Start);

    public InMemoryCertificateStore Store { get; } = new();

    public FakeLogCollector Logs { get; } = new();

    public ServiceProvider Services { get; }

    public IDeviceCertificateAuthority Authority => Services.GetRequiredService<IDeviceCertificateAuthority>();

    public DeviceCertificateValidator Validator => Services.GetRequiredService<DeviceCertificateValidator>();

    public RevocationView View => Services.GetRequiredService<RevocationView>();

    public RevocationRefresher Refresher => Services.GetServices<IHostedService>().OfType<RevocationRefresher>().Single();

    public RotationWorker Rotation => Services.GetServices<IHostedService>().OfType<RotationWorker>().Single();

    public ExpiryWorker Expiry => Services.GetServices<IHostedService>().OfType<ExpiryWorker>().Single();

    public ICertificateSightings Sightings => Services.GetRequiredService<ICertificateSightings>();

    public static DeviceSubject Device(string device = "pump-1", string tenant = "acme") =>
        DeviceSubject.TryCreate(tenant, device, out var subject) ? subject : throw new ArgumentException("Not a device.", nameof(device));

    public async Task<IssuedCertificate> IssueAsync(DeviceSubject device, byte[]? csr = null)
    {
        var result = await Authority.IssueAsync(device, csr ?? new CsrBuilder().Build());
        Assert.True(result.Succeeded, result.Refusal.ToString());
        return result.Certificate!;
    }

    public async Task<IssueRefusal> RefusalOfAsync(byte[] csr)
    {
        var result = await Authority.IssueAsync(Device(), csr);
        Assert.Equal(result.Refusal == IssueRefusal.None, result.Succeeded);
        Assert.Equal(result.Succeeded, result.Certificate is not null);
        Assert.Equal(result.Succeeded ? 1 : 0, Store.AddCalls);
        return result.Refusal;
    }

    public DeviceCertificateVerdict Validate(ReadOnlyMemory<byte> der) => Validator.Validate(der, []);
}
