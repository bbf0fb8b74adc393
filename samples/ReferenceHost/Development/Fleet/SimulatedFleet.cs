using System.Security.Cryptography.X509Certificates;

namespace Pulse.ReferenceHost.Development.Fleet;

/// <summary>Twenty devices in two tenants, each with its own certificate and its own connection.</summary>
internal sealed class SimulatedFleet : IAsyncDisposable
{
    private readonly X509Certificate2 _authority;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _running = [];

    private SimulatedFleet(X509Certificate2 authority) => _authority = authority;

    public static async Task<SimulatedFleet> StartAsync(
        int port, string authorityFile, DevelopmentDevices devices, IServiceProvider services, CancellationToken cancellationToken)
    {
        var fleet = new SimulatedFleet(X509CertificateLoader.LoadCertificateFromFile(authorityFile));
        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger<SimulatedFleet>();
        foreach (var device in DevelopmentDevices.Simulated)
        {
            var files = await devices.CredentialAsync(device, cancellationToken);
            fleet._running.Add(new SimulatedDevice(device, files, port, fleet._authority, logger).RunAsync(fleet._stop.Token));
        }

        return fleet;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running);
        _stop.Dispose();
        _authority.Dispose();
    }
}
