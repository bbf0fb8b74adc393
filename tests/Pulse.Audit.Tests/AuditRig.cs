using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Pulse.Audit.Tests;

/// <summary>The whole sink on a scripted store and a clock of the test's own; back-off without its random part.</summary>
internal sealed class AuditRig : IDisposable
{
    private readonly ServiceProvider _provider = new ServiceCollection().AddMetrics().BuildServiceProvider();

    public AuditRig(Action<PulseAuditOptions>? configure = null)
    {
        configure?.Invoke(Options);
        Canonicalizer = new EventCanonicalizer(Options, Time);
        Queue = new AuditQueue(Options, Drops, Ledger, Time);
        MeterFactory = _provider.GetRequiredService<IMeterFactory>();
        var metrics = new AuditMetrics(MeterFactory, Ledger, Queue);
        Collector = new BatchCollector(Queue, Drops, Canonicalizer, Options, Time);
        var wrapped = Microsoft.Extensions.Options.Options.Create(Options);
        Writer = new AuditWriter(Queue, Canonicalizer, metrics, wrapped, Time);
        var log = LoggerFactory.Create(logging => logging.AddProvider(new FakeLoggerProvider(Log)));
        Loop = new AuditLoop(Queue, Collector, Store, Ledger, metrics, Options, new BackOff(() => 0), Time, log.CreateLogger<AuditLoop>());
        Service = new AuditService(Queue, Loop, Ledger, wrapped, Time, log.CreateLogger<AuditService>());
        Health = new AuditHealthCheck(Service, Loop, Queue, wrapped);
    }

    public PulseAuditOptions Options { get; } = new();

    public RecordingTimeProvider Time { get; } = new();

    public FakeStore Store { get; } = new();

    public FakeLogCollector Log { get; } = new();

    public AuditLedger Ledger { get; } = new();

    public DropTally Drops { get; } = new();

    public IMeterFactory MeterFactory { get; }

    public EventCanonicalizer Canonicalizer { get; }

    public AuditQueue Queue { get; }

    public BatchCollector Collector { get; }

    public AuditWriter Writer { get; }

    public AuditLoop Loop { get; }

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

    /// <summary>Offered = stored + quarantined + pending + dropped + lost, and the chain holds over what was kept.</summary>
    public void AssertBalance()
    {
        Assert.Equal(Ledger.Offered, Ledger.Stored + Ledger.Quarantined + Queue.Pending + Ledger.Dropped + Ledger.Lost);
        var kept = Store.Stored.Concat(Store.Quarantined.Select(item => item.Event)).OrderBy(chained => chained.Sequence).ToArray();
        Assert.Equal(Ledger.Stored + Ledger.Quarantined, kept.Count(chained => chained.Event.GapCount == 0));
        Assert.Equal(Ledger.Declared, kept.Sum(chained => chained.Event.GapCount));
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
