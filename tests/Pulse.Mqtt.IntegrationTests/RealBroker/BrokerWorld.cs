using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Pulse.TestKit;

namespace Pulse.Mqtt.IntegrationTests.RealBroker;

/// <summary>A broker as Pulse deploys it (passwords for the service, certificates and CRL for devices) and the operations on it.</summary>
public sealed class BrokerWorld : IAclSource, IAsyncDisposable
{
    private const string Password = "service-password";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pulse-broker-");
    private readonly TestCa _authority;
    private readonly int _devicePort = MosquittoBroker.FreePort();
    private ServiceProvider? _services;
    private MosquittoBroker? _broker;

    private BrokerWorld()
    {
        _authority = new TestCa(_folder.FullName, "ca");
        _authority.IssueServer().Dispose();
    }

    public ICollection<DeviceKey> Devices { get; } = [];

    public string LiveAcl => Path.Combine(_folder.FullName, "live-acl.conf");

    public string LiveCrl => Path.Combine(_folder.FullName, "live-crl.pem");

    public string PublishedAcl => Path.Combine(_folder.FullName, "acl.conf");

    public string PublishedCrl => Path.Combine(_folder.FullName, "crl.pem");

    public MosquittoBroker Broker => _broker!;

    public IAclPublisher Publisher => _services!.GetRequiredService<IAclPublisher>();

    public ISessionControl Sessions => _services!.GetRequiredService<ISessionControl>();

    /// <summary>Starts the broker with an empty registry. With a watcher the publisher writes beside the live file and signals nobody.</summary>
    public static async Task<BrokerWorld> StartAsync(bool withWatcher = false)
    {
        var world = new BrokerWorld();
        await world.StartBrokerAsync();
        world.Compose(withWatcher);
        return world;
    }

    public ClientCertificate Issue(string device)
    {
        var certificate = _authority.IssueDevice("t", device);
        Devices.Add(certificate.Device);
        return certificate;
    }

    public void Revoke(string crlFile, params ClientCertificate[] revoked) => _authority.WriteCrl(crlFile, [.. revoked.Select(static device => device.Certificate)]);

    public Task<BrokerClient> ServiceAsync(string clientId) =>
        BrokerClient.ConnectAsync(Broker.Port, clientId, null, static options => options.WithCredentials("svc", Password));

    public Task<BrokerClient> DeviceAsync(ClientCertificate device) =>
        BrokerClient.ConnectAsync(_devicePort, "whatever", null, options => options.WithTlsOptions(tls => tls
            .UseTls()
            .WithTrustChain(new X509Certificate2Collection(X509CertificateLoader.LoadCertificateFromFile(_authority.CertificateFile)))
            .WithClientCertificates(new X509Certificate2Collection(device.Certificate))));

    /// <summary>Whether the broker lets the device in.</summary>
    public async Task<bool> IsLetInAsync(ClientCertificate device)
    {
        try
        {
            await using var client = await DeviceAsync(device);
            return true;
        }
        catch (Exception exception) when (exception is MQTTnet.Exceptions.MqttCommunicationException or IOException or OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Lets the canary look until its health check says so.</summary>
    public async Task CanarySaysAsync(HealthStatus expected)
    {
        var canary = _services!.GetServices<IHostedService>().Single(static service => service.GetType().Name == "BrokerCanary");
        var health = _services!.GetRequiredService<HealthCheckService>();
        await canary.StartAsync(CancellationToken.None);
        await Eventually.HoldsAsync(async () => (await health.CheckHealthAsync()).Status == expected, $"the canary says {expected}", seconds: 60);
        await canary.StopAsync(CancellationToken.None);
    }

    public Tool StartWatcher() => Tool.Start(
        RepositoryRoot.Combine("src", "Pulse.Mqtt", "BrokerOperations", "mosquitto-watch.sh"),
        ["--pid-file", Broker.PidFile, "--acl", PublishedAcl, LiveAcl, "--crl", PublishedCrl, LiveCrl, "--ca", _authority.CertificateFile, "--interval", "0.2"]);

    public async ValueTask<AclSourceContent> ReadAsync(CancellationToken cancellationToken)
    {
        var service = new AclServiceAccount("svc") { Read = { "tenant/+/device/+/telemetry" } };
        return await ValueTask.FromResult(new AclSourceContent([.. Devices], [service]));
    }

    public async ValueTask DisposeAsync()
    {
        if (_services is not null)
        {
            await _services.DisposeAsync();
        }

        if (_broker is not null)
        {
            await _broker.DisposeAsync();
        }

        _authority.Dispose();
        _folder.Delete(recursive: true);
    }

    private async Task StartBrokerAsync()
    {
        var passwords = Path.Combine(_folder.FullName, "passwords");
        var (exitCode, said) = await Tool.RunAsync("mosquitto_passwd", ["-b", "-c", passwords, "svc", Password]);
        Assert.True(exitCode == 0, said);
        await File.WriteAllTextAsync(LiveAcl, AclWriter.Write([], [new AclServiceAccount("svc")]));
        _authority.WriteCrl(LiveCrl);
        var servicePort = MosquittoBroker.FreePort();
        _broker = await MosquittoBroker.StartAsync(
            _folder,
            servicePort,
            $"""
            acl_file {LiveAcl}
            password_file {passwords}
            allow_anonymous false
            max_queued_messages 1000000
            listener {servicePort} 127.0.0.1
            listener {_devicePort} 127.0.0.1
            cafile {_authority.CertificateFile}
            certfile {Path.Combine(_folder.FullName, "server.crt")}
            keyfile {Path.Combine(_folder.FullName, "server.key")}
            require_certificate true
            use_identity_as_username true
            use_username_as_clientid true
            crlfile {LiveCrl}
            """);
    }

    private void Compose(bool withWatcher)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<IAclSource>(this);
        services.AddPulseMosquitto(options =>
        {
            options.AclFile = withWatcher ? PublishedAcl : LiveAcl;
            options.PidFile = withWatcher ? string.Empty : Broker.PidFile;
            options.Port = Broker.Port;
            options.DevicePort = _devicePort;
            options.AllowPlaintextOnLoopback = true;
            options.UserName = "svc";
            options.Password = Password;
            options.Timeout = TimeSpan.FromSeconds(30);
        });
        _services = services.BuildServiceProvider();
    }
}
