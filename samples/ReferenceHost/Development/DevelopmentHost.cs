using Microsoft.Extensions.DependencyInjection.Extensions;
using Pulse.ReferenceHost.Development.Fleet;

namespace Pulse.ReferenceHost.Development;

/// <summary>Everything development mode runs, started in order and stopped in reverse.</summary>
internal sealed class DevelopmentHost : IAsyncDisposable
{
    // Generous: a busy machine may take its time, and whoever waits can press Ctrl-C.
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(2);

    private readonly Stack<Func<Task>> _stops = new();

    private DevelopmentHost(DevelopmentOptions options) => Options = options;

    public DevelopmentOptions Options { get; }

    public Uri Url { get; private set; } = null!;

    public Uri Issuer { get; private set; } = null!;

    public IServiceProvider Services { get; private set; } = null!;

    public DevelopmentDatabase Database { get; private set; } = null!;

    public DevelopmentSecrets Secrets { get; private set; } = null!;

    public CertificateSettings Certificates { get; private set; } = null!;

    public DeviceFiles ReservedDevice { get; private set; } = null!;

    /// <summary>Starts all of it; what has been started is stopped again when a later part fails.</summary>
    public static async Task<DevelopmentHost> StartAsync(
        DevelopmentOptions options, Action<string> report, CancellationToken cancellationToken)
    {
        var host = new DevelopmentHost(options);
        try
        {
            await host.StartPartsAsync(report, cancellationToken);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        var failures = new List<Exception>();
        while (_stops.TryPop(out var stop))
        {
            try
            {
                await stop();
            }
            catch (Exception failure)
            {
                // What is left must be stopped all the same, or a database goes on running without an owner.
                failures.Add(failure);
            }
        }

        if (failures.Count > 0)
        {
            throw new AggregateException("Not everything stopped as it should.", failures);
        }
    }

    private async Task StartPartsAsync(Action<string> report, CancellationToken cancellationToken)
    {
        var folder = DevelopmentFolder.Open(Options.Root);
        OnStop(folder.Dispose);
        Options.RefuseTakenPorts();
        Url = new Uri($"http://127.0.0.1:{Options.HttpPort}");
        folder.SayRunning(Url.OriginalString);

        report("starting PostgreSQL");
        Secrets = await DevelopmentSecrets.LoadOrCreateAsync(folder, cancellationToken);
        Database = await DevelopmentDatabase.StartAsync(folder, Secrets, Options.Durable, cancellationToken);
        OnStop(() => Database.StopAsync(CancellationToken.None));

        report(Options.Provider == IdentityProviderKind.Keycloak
            ? "starting Keycloak (its first start on a machine takes about a minute)"
            : "starting the embedded OpenID provider");
        var provider = await DevelopmentProvider.StartAsync(Options, folder, Secrets, Url, cancellationToken);
        OnStop(async () => await provider.DisposeAsync());
        Issuer = provider.Issuer;
        // The host asks for the keys as it starts and gives up after five seconds; a provider that is just waking needs longer.
        await HealthCheck.WaitAsync(new Uri(Issuer.OriginalString + "/.well-known/openid-configuration"), StartPatience, cancellationToken);

        report("starting the host");
        Certificates = await DevelopmentAuthority.LoadOrCreateAsync(folder, Secrets, cancellationToken);
        var signingKey = await DevelopmentAuditKey.LoadOrCreateAsync(folder, cancellationToken);
        var app = await PulseHost.BuildAsync(
            Settings(folder, signingKey),
            Environments.Development,
            services =>
            {
                services.Replace(ServiceDescriptor.Singleton<IHostLifetime, NoSignals>());
                services.AddSingleton(folder);
                services.AddSingleton<DevelopmentDevices>();
            },
            cancellationToken);
        OnStop(async () => await app.DisposeAsync());
        Services = app.Services;
        var devices = Services.GetRequiredService<DevelopmentDevices>();
        await devices.RegisterAsync(cancellationToken);
        await PulseHost.StartAsync(app, cancellationToken);
        OnStop(() => app.StopAsync(CancellationToken.None));
        ReservedDevice = await devices.CredentialAsync(DevelopmentDevices.Reserved, cancellationToken);

        if (Options.Fleet)
        {
            report("starting twenty simulated devices");
            var fleet = await SimulatedFleet.StartAsync(Options.DevicePort, Certificates.AuthorityCertificateFile, devices, Services, cancellationToken);
            OnStop(async () => await fleet.DisposeAsync());
        }

        await HealthCheck.WaitAsync(new Uri(Url, "/healthz"), StartPatience, cancellationToken);
    }

    private HostSettings Settings(DevelopmentFolder folder, string signingKey) => new()
    {
        Url = Url.OriginalString,
        LogLevel = Options.LogLevel,
        Database = Database.Settings(),
        Audit = new AuditSettings { SpillFolder = folder.AuditSpill, SigningKeyFile = signingKey },
        Identity = new IdentitySettings
        {
            Issuer = Issuer.OriginalString,
            WebClientSecret = Secrets.WebClient,
            AllowHttpMetadata = true,
        },
        Certificates = Certificates,
        Mqtt = new MqttSettings
        {
            ServicePort = Options.ServicePort,
            DevicePort = Options.DevicePort,
            WebSocketPort = Options.WebSocketPort,
            AclFile = folder.AclFile,
            ServicePassword = Secrets.MqttService,
        },
    };

    private void OnStop(Action stop) => OnStop(() =>
    {
        stop();
        return Task.CompletedTask;
    });

    private void OnStop(Func<Task> stop) => _stops.Push(stop);
}
