using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Pulse.Mqtt.Tests.BrokerOperations;

/// <summary>A publisher with everything around it in the test's hands.</summary>
internal sealed class PublisherWorld : IAclSource, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pulse-acl-");
    public MeterFactory Meters { get; } = new();

    public PublisherWorld()
    {
        Options = new MosquittoOptions { AclFile = Path.Combine(_folder.FullName, "acl.conf"), UserName = "svc", Password = "secret", Timeout = TimeSpan.FromSeconds(1) };
        Broker = new FakeBroker(Options.AclFile);
        Outcomes = new MetricCollector<long>(Meters, "Pulse.Mqtt", "pulse.mqtt.broker.publications");
        Metrics = new MqttMetrics(Meters);
        Time = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromMilliseconds(1) };
        Publisher = new AclPublisher(Microsoft.Extensions.Options.Options.Create(Options), this, Broker, Broker, Metrics, Time, Log);
    }

    public MosquittoOptions Options { get; }

    public FakeBroker Broker { get; }

    public AclPublisher Publisher { get; }

    public MetricCollector<long> Outcomes { get; }

    public MqttMetrics Metrics { get; }

    public FakeLogger<AclPublisher> Log { get; } = new();

    public FakeTimeProvider Time { get; }

    public List<DeviceKey> Devices { get; } = [];

    public List<AclServiceAccount> Accounts { get; } = [new AclServiceAccount("svc")];

    public Func<CancellationToken, Task> BeforeRead { get; set; } = static _ => Task.CompletedTask;

    public int Reads { get; private set; }

    public static DeviceKey Device(string id) => DeviceKey.TryCreate("t", id, out var key) ? key : throw new InvalidOperationException("The test's own device is wrong.");

    public async ValueTask<AclSourceContent> ReadAsync(CancellationToken cancellationToken)
    {
        Reads++;
        await BeforeRead(cancellationToken);
        return new AclSourceContent([.. Devices], [.. Accounts]);
    }

    /// <summary>Publishes while the clock runs.</summary>
    public Task<AclPublicationResult> PublishAsync() => Time.FinishAsync(Publisher.PublishAsync().AsTask());

    public void Dispose()
    {
        Publisher.Dispose();
        Meters.Dispose();
        _folder.Delete(recursive: true);
    }
}
