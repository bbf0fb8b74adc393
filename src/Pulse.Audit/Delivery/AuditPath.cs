using Microsoft.Extensions.Logging;

namespace Pulse.Audit;

/// <summary>The parts between the queue and the store, put together when the sink starts: only then is the spill folder taken.</summary>
internal sealed class AuditPath(
    AuditQueue queue,
    BatchCollector collector,
    IAuditStore store,
    EventCanonicalizer canonicalizer,
    AuditLedger ledger,
    DropTally drops,
    AuditMetrics metrics,
    PulseAuditOptions options,
    BackOff backOff,
    Func<PulseAuditOptions, ISpillDisk> disk,
    TimeProvider time,
    ILogger<AuditLoop> logger)
{
    private ChainDelivery? _delivery;
    private DirectBatch? _direct;
    private AuditLoop? _loop;

    public Spill? Spill { get; private set; }

    public Overflow? Overflow { get; private set; }

    /// <exception cref="InvalidOperationException">The sink has not been started.</exception>
    public AuditLoop Loop => _loop ?? throw new InvalidOperationException("The audit sink has not been started.");

    /// <summary>Age of the oldest event in memory that is not settled; zero when there is none.</summary>
    public TimeSpan OldestAge
    {
        get
        {
            var oldest = _direct?.Oldest ?? collector.Next;
            return oldest is null ? TimeSpan.Zero : time.GetElapsedTime(oldest.EnqueuedAt);
        }
    }

    /// <summary>Attempts to store that failed since the last one that succeeded.</summary>
    public int Failures => _delivery?.Failures ?? 0;

    /// <exception cref="IOException">The spill folder cannot be used.</exception>
    /// <exception cref="UnauthorizedAccessException">As above.</exception>
    public void Open()
    {
        Spill = options.SpillFolder is null ? null : OpenSpill();
        var chain = new ChainCursor(time);
        _delivery = new ChainDelivery(queue, store, metrics, options, backOff, time, logger);
        Overflow = new Overflow(Spill, queue, collector, chain, ledger, metrics, options, time, () => OldestAge, () => Failures > 0);
        _direct = new DirectBatch(queue, Overflow, ledger, logger);
        var replay = Spill is null
            ? null
            : new SpillReplay(Spill, Overflow, _delivery, chain, canonicalizer, queue, ledger, drops, metrics, options, time, logger);
        _loop = new AuditLoop(queue, collector, chain, _delivery, Overflow, _direct, replay, metrics, logger);
    }

    private Spill OpenSpill()
    {
        ISpillDisk? taken = null;
        try
        {
            taken = disk(options);
            var spill = new Spill(taken, options, metrics, time, logger);
            ledger.Recover(spill.Recovered);
            if (spill.Recovered > 0)
            {
                Log.SpillRecovered(logger, spill.Recovered, options.SpillFolder!);
            }

            return spill;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            taken?.Dispose();
            metrics.SpillFailed(SpillFault.Write);
            Log.SpillFailing(logger, options.SpillFolder!, refused);
            throw;
        }
    }
}
