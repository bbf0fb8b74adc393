using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Pulse.Mqtt.IntegrationTests;

/// <summary>The real endpoint on free loopback ports, with the seams faked.</summary>
public sealed class EndpointFixture : IAsyncLifetime
{
    private readonly Dictionary<string, ClientCertificate> _devices = [];
    private WebApplication? _app;

    public EndpointFixture()
    {
        Folder = Directory.CreateTempSubdirectory("pulse-mqtt-").FullName;
        Ca = new TestCa(Folder, "device-ca");
        ServerCa = new TestCa(Folder, "server-ca");
        Trust = new FakeTrust(Ca.Certificate);
        AclFile = Path.Combine(Folder, "acl.conf");
    }

    public string Folder { get; }

    public TestCa Ca { get; }

    public TestCa ServerCa { get; }

    public FakeTrust Trust { get; }

    public FakeRegistry Registry { get; } = new();

    public FakeSink Sink { get; } = new();

    public FakeQuarantine Quarantine { get; } = new();

    public string AclFile { get; }

    public Action<PulseMqttOptions> Configure { get; set; } = static _ => { };

    public int ServicePort { get; private set; }

    public int DevicePort { get; private set; }

    public int WebSocketPort { get; private set; }

    public IServiceProvider Services => _app!.Services;

    public async Task InitializeAsync()
    {
        WriteAcl();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IDeviceTrust>(Trust);
        builder.Services.AddSingleton<IDeviceRegistry>(Registry);
        builder.Services.AddSingleton<IIngestSink>(Sink);
        builder.Services.AddSingleton<IQuarantineSink>(Quarantine);
        builder.Services.AddSingleton<IServiceAccounts, FakeAccounts>();
        builder.Services.AddPulseMqtt(options =>
        {
            options.ServicePort = 0;
            options.DevicePort = 0;
            options.WebSocketPort = 0;
            options.ServerCertificate = ServerCa.IssueServer();
            options.AclFile = AclFile;
            options.DeviceMessagesPerSecond = 10_000;
            options.DeviceBurst = 10_000;
            options.TenantMessagesPerSecond = 100_000;
            options.TenantBurst = 100_000;
            Configure(options);
        });
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.ListenPulseMqtt());
        _app = builder.Build();
        _app.UsePulseMqttWebSockets();
        _app.Run(static context => context.Response.WriteAsync("the application"));
        await _app.StartAsync();

        var addresses = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses
            .Select(static address => new Uri(address).Port).ToArray();
        (ServicePort, DevicePort, WebSocketPort) = (addresses[0], addresses[1], addresses[2]);
    }

    public async Task DisposeAsync()
    {
        Sink.Release();
        if (_app is not null)
        {
            await _app.StopAsync();
            await _app.DisposeAsync();
        }

        Ca.Dispose();
        ServerCa.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    public Task StopAsync() => _app!.StopAsync();

    /// <summary>A device with a certificate, a registration and its section in the ACL.</summary>
    public async Task<ClientCertificate> AddDeviceAsync(string tenant = "t1", string? device = null)
    {
        var certificate = Ca.IssueDevice(tenant, device ?? $"d{_devices.Count + 1}");
        Registry.Add(certificate.Device);
        _devices[certificate.Device.MqttName] = certificate;
        WriteAcl();
        await Services.GetRequiredService<IAclReloader>().ReloadAsync(default);
        return certificate;
    }

    private void WriteAcl()
    {
        var account = new AclServiceAccount(FakeAccounts.UserName);
        account.Read.Add("tenant/+/device/+/commands");
        account.Write.Add("tenant/+/device/+/commands");
        account.Write.Add("tenant/+/device/+/shadow/desired");
        File.WriteAllText(AclFile, AclWriter.Write(_devices.Values.Select(static device => device.Device), [account]));
    }
}
