using Npgsql;
using Pulse.Certs;

namespace Pulse.ReferenceHost.Cli;

/// <summary>The device authority for the length of one command, without the workers that a running host has.</summary>
internal sealed class CertSession : IAsyncDisposable
{
    private readonly NpgsqlDataSource _database;
    private readonly ServiceProvider _services;

    /// <param name="connectionString">The worker's login.</param>
    /// <param name="certificates">Where the authority's key is; null for what needs none.</param>
    /// <param name="events">Told of what is done.</param>
    /// <exception cref="UsageException">The connection string is none.</exception>
    public CertSession(string connectionString, CertificateSettings? certificates, ICertificateEvents events)
    {
        _database = WorkerDatabase.Open("cert", connectionString);
        var services = new ServiceCollection().AddLogging().AddMetrics();
        services.AddSingleton(events);
        services.AddPulseCerts(certs => certs.BlockedKeysFile = certificates?.BlockedKeysFile)
            .UseSigner(_ => DeviceAuthority.LoadSigner(certificates ?? throw new InvalidOperationException("Revoking was to need no key.")))
            .UseStore(_ => _database);
        _services = services.BuildServiceProvider();
    }

    public async Task<bool> IsRegisteredAsync(DeviceSubject device, CancellationToken stop)
    {
        await using var command = _database.CreateCommand("SELECT EXISTS (SELECT FROM public.device WHERE tenant_id = $1 AND device_id = $2)");
        command.Parameters.AddWithValue(device.TenantId);
        command.Parameters.AddWithValue(device.DeviceId);
        return await command.ExecuteScalarAsync(stop) is true;
    }

    /// <exception cref="UsageException">The database or the authority's key cannot be used.</exception>
    public async Task<int> RunAsync(Func<IDeviceCertificateAuthority, Task<int>> run)
    {
        try
        {
            return await run(_services.GetRequiredService<IDeviceCertificateAuthority>());
        }
        catch (NpgsqlException unusable)
        {
            throw new UsageException($"The database cannot be used: {unusable.Message}");
        }
        catch (ArgumentException unusable) when (unusable.ParamName is "encryptedPrivateKeyPem" or "certificatePem")
        {
            throw new UsageException($"The device CA cannot be loaded: {unusable.Message}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _database.DisposeAsync();
    }
}
