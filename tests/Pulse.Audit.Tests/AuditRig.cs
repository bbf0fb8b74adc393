using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Pulse.Audit.Tests;

/// <summary>The whole sink on a scripted store and a clock of the test's own; back-off without its random part.</summary>
internal sealed class AuditRig : IDisposable
{
    private readonly ServiceProvider _provider = new ServiceCollection().AddMetrics().BuildServiceProvider();

    public AuditRig(Action<PulseAuditOptions>? configure = null, FakeDisk? disk = null, FakeStore? store = null)
    {
        Store = store ?? new FakeStore();
        Disk = disk ?? new FakeDisk();
        configure?.Invoke(Options);
        Canonicalizer = new EventCanonicalizer(Options, Time);
        Queue = new AuditQueue(Options, Drops, Ledger, Time);
        MeterFactory = _provider.GetRequiredService<IMeterFactory>();
        Metrics = new AuditMetrics(MeterFactory, Ledger, Queue);
        Floods = new FloodControl(Options, Ledger, Time);
        var wrapped = Microsoft.Extensions.Options.Options.Create(Options);
        Writer = new AuditWriter(Queue, Floods, Canonicalizer, Metrics, wrapped, Time);
        var log = LoggerFactory.Create(logging => logging.AddProvider(new FakeLoggerProvider(Log)));
        Logger = log.CreateLogger<AuditLoop>();
        Collector = new BatchCollector(Queue, Drops, Floods, new ClockWatch(Time, Metrics, Logger), Ledger, Canonicalizer, Options, Time);
        Path = new AuditPath(
            Queue, Collector, Store, Canonicalizer, Ledger, Drops, Metrics, Options, new BackOff(() => 0), _ => Disk.Open(), Time, Logger);
        Service = new AuditService(Queue, Path, Ledger, Drops, wrapped, Time, log.CreateLogger<AuditService>());
        Health = new AuditHealthCheck(Service, Path, Queue, Ledger, wrapped, Time);
    }

    public PulseAuditOptions Options { get; } = new();

    public RecordingTimeProvider Time { get; } = new();

    public FakeStore Store { get; }

    public FakeLogCollector Log { get; } = new();

    public AuditLedger Ledger { get; } = new();

    public DropTally Drops { get; } = new();

    public IMeterFactory MeterFactory { get; }

    public EventCanonicalizer Canonicalizer { get; }

    public AuditQueue Queue { get; }

    public FloodControl Floods { get; }

    public BatchCollector Collector { get; }

    public AuditWriter Writer { get; }

    public AuditPath Path { get; }

    public AuditMetrics Metrics { get; }

    public ILogger<AuditLoop> Logger { get; }

    /// <summary>What the spill writes to; used only when <see cref="PulseAuditOptions.SpillFolder"/> is set.</summary>
    public FakeDisk Disk { get; }

    public AuditService Service { get; }

    public AuditHealthCheck Health { get; }

    public static AuditEvent Access(string type = "test.access") => new() { Type = type, Class = AuditClass.Access };

    public static AuditEvent Security(string type = "test.security") => new() { Type = type, Class = AuditClass.Security };

    public static AuditEvent Critical(string type = "test.critical") => new() { Type = type, Class = AuditClass.Critical };

    public Task StartAsync() => Service.StartingAsync(CancellationToken.None);

    public Task StopAsync() => Service.StoppedAsync(CancellationToken.None);

    public async Task WriteAsync(params string[] types)
    {
        foreach (var type in types)
        {
            await Writer.WriteAsync(Security(type));
        }
    }

    public bool Logged(int eventId) => Log.GetSnapshot().Any(record => record.Id.Id == eventId);

    /// <summary>Nothing is missing, and the chain holds over what was kept.</summary>
    public void AssertBalance()
    {
        Assert.Equal(
            Ledger.Offered + Ledger.Recovered,
            Ledger.Stored + Ledger.Quarantined + Queue.Pending + Ledger.Spilled + Ledger.Dropped + Ledger.Coalesced + Ledger.Damaged + Ledger.Lost);
        var kept = Store.Stored.Concat(Store.Quarantined.Select(item => item.Event)).OrderBy(chained => chained.Sequence).ToArray();
        if (Ledger.Recovered == 0)
        {
            Assert.Equal(Ledger.Stored + Ledger.Quarantined, kept.Count(chained => !chained.Event.IsOwn));
            Assert.Equal(Ledger.Declared, kept.Sum(chained => chained.Event.GapCount ?? 0));
        }

        foreach (var stream in kept.GroupBy(chained => chained.Stream))
        {
            var links = stream.Select(chained => new ChainLink(chained.Sequence, chained.PreviousHash, chained.Hash, chained.Event.Record));
            var last = stream.Last();
            Assert.Equal(ChainState.Intact, ChainVerifier.Verify(links, new ChainHead(stream.Key, last.Sequence, last.Hash)).State);
        }
    }

    public void Dispose()
    {
        Service.Dispose();
        _provider.Dispose();
    }
}
