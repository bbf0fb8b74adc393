using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using MQTTnet.Packets;

namespace Pulse.Mqtt.Tests.Sessions;

/// <summary>The endpoint as it is registered, with pipes for transports and a clock that stands still.</summary>
internal sealed class EndpointWorld : IAsyncDisposable
{
    public const string Rules =
        """
        user t1:d1
        topic write tenant/t1/device/d1/telemetry
        topic write tenant/t1/device/d1/commands/ack
        topic read tenant/t1/device/d1/commands
        topic read tenant/t1/device/d1/shadow/desired
        user t1:d2
        topic read tenant/t1/device/d2/commands
        user svc
        topic write tenant/+/device/+/commands
        topic read tenant/+/device/+/commands/ack
        topic write $CONTROL/x
        user s
        topic read tenant/+/device/+/commands/ack

        """;

    /// <summary>Only a hang ever waits so long.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static readonly X509Certificate2 ServerCertificate = SelfSigned();

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pulse-endpoint-");
    private readonly ServiceProvider _services;
    private readonly FakeLifetime _lifetime = new();

    private EndpointWorld(Action<PulseMqttOptions> configure)
    {
        File.WriteAllText(AclFile, Rules);
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(Time);
        services.AddSingleton<IHostApplicationLifetime>(_lifetime);
        services.AddLogging(logging => logging.AddFakeLogging());
        services.AddSingleton<IDeviceTrust>(Seams).AddSingleton<IDeviceRegistry>(Seams).AddSingleton<IIngestSink>(Seams);
        services.AddSingleton<IQuarantineSink>(Seams).AddSingleton<IServiceAccounts>(Seams);
        services.AddPulseMqtt(options =>
        {
            (options.AclFile, options.ServerCertificate) = (AclFile, ServerCertificate);
            configure(options);
        });
        _services = services.BuildServiceProvider();
    }

    public EndpointSeams Seams { get; } = new();

    public FakeTimeProvider Time { get; } = new(Now);

    public string AclFile => Path.Combine(_folder.FullName, "acl.conf");

    public ConnectionTable Connections => Get<ConnectionTable>();

    public FakeLogCollector Log => Get<FakeLogCollector>();

    public static async Task<EndpointWorld> StartAsync(Action<PulseMqttOptions>? configure = null)
    {
        var world = new EndpointWorld(configure ?? (static _ => { }));
        foreach (var service in world._services.GetServices<IHostedService>())
        {
            await service.StartAsync(CancellationToken.None);
        }

        return world;
    }

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public MetricCollector<T> Collect<T>(string instrument)
        where T : struct => new(Get<IMeterFactory>(), "Pulse.Mqtt", instrument, Time);

    /// <summary>The host begins to stop.</summary>
    public void StopHost() => _lifetime.StopApplication();

    /// <summary>A device's connection that has not said anything yet.</summary>
    public WireClient OpenDevice(string device = "d1", bool isVersion5 = true, DateTimeOffset? notAfter = null) =>
        new(MqttListener.Device, TestDevices.Identity(device: device, notAfter: notAfter).Certificate, Get<EndpointServices>(), isVersion5);

    /// <summary>A service's connection that has not said anything yet.</summary>
    public WireClient OpenService(bool isVersion5 = true) => new(MqttListener.Service, certificate: null, Get<EndpointServices>(), isVersion5);

    public async Task<WireClient> DeviceAsync(string device = "d1", bool isVersion5 = true, ushort keepAlive = 60, DateTimeOffset? notAfter = null)
    {
        var client = OpenDevice(device, isVersion5, notAfter);
        await client.SendAsync(Packets.Connect(isVersion5, keepAlive: keepAlive));
        await client.ReceiveAsync<MqttConnAckPacket>();
        return client;
    }

    public async Task<WireClient> ServiceAsync(string clientId = "c", string user = "svc", bool isVersion5 = true)
    {
        var client = OpenService(isVersion5);
        await client.SendAsync(Packets.Connect(isVersion5, clientId, user, "right"));
        await client.ReceiveAsync<MqttConnAckPacket>();
        return client;
    }

    /// <summary>Waits for what other threads do.</summary>
    public async Task EventuallyAsync(Func<bool> condition)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Patience, "It did not come to pass.");
            await Task.Delay(1);
        }
    }

    /// <summary>Waits while the clock runs.</summary>
    public Task AdvanceUntilAsync(Func<bool> condition) => EventuallyAsync(() =>
    {
        Time.Advance(TimeSpan.FromSeconds(1));
        return condition();
    });

    public async ValueTask DisposeAsync()
    {
        Seams.Release();
        _lifetime.StopApplication();
        foreach (var service in _services.GetServices<IHostedService>().Reverse())
        {
            await service.StopAsync(CancellationToken.None).WaitAsync(Patience);
        }

        await _services.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest("CN=endpoint", key, HashAlgorithmName.SHA256).CreateSelfSigned(Now, Now.AddYears(1));
    }

    private sealed class FakeLifetime : IHostApplicationLifetime
    {
        private readonly CancellationTokenSource _stopping = new();

        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => _stopping.Token;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication() => _stopping.Cancel();
    }
}
