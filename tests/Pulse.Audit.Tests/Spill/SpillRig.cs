using Npgsql;

namespace Pulse.Audit.Tests.Spill;

/// <summary>The sink with a spill, on a store that can be away.</summary>
internal sealed class SpillRig : IDisposable
{
    public SpillRig(FakeDisk? disk = null, FakeStore? store = null, Action<PulseAuditOptions>? configure = null)
    {
        Rig = new AuditRig(
            options =>
            {
                options.SpillFolder = "/spill";
                options.SpillSegmentBytes = 1 << 20;
                options.Linger = TimeSpan.Zero;
                configure?.Invoke(options);
            },
            disk,
            store);
        Rig.Store.Script = (call, token) => IsAway
            ? Task.FromException<StoreResult>(new NpgsqlException("away"))
            : Task.FromResult(StoreResult.Committed);
        Rig.Store.HeadScript = stream => IsAway
            ? Task.FromException<ChainHead?>(new NpgsqlException("away"))
            : Task.FromResult(Rig.Store.Heads.GetValueOrDefault(stream));
    }

    public AuditRig Rig { get; }

    public bool IsAway { get; set; }

    public IEnumerable<string> StoredTypes => Rig.Store.Stored.Select(chained => chained.Event.Type);

    /// <summary>Starts, and lets the loop look up until this many events are on the disk.</summary>
    public async Task SpillAsync(int events)
    {
        while (Rig.Ledger.Spilled < events)
        {
            await Rig.Time.PassAsync(Overflow.Tick);
        }
    }

    /// <summary>Lets time pass until something is so.</summary>
    public async Task UntilAsync(Func<bool> isReached)
    {
        while (!isReached())
        {
            Rig.Time.Advance(Overflow.Tick);
            await Task.Yield();
        }
    }

    /// <summary>Writes an event and lets time pass until it is durable.</summary>
    public Task<AuditReceipt> WriteAsync(AuditEvent auditEvent) => Rig.Time.PassUntilAsync(Rig.Writer.WriteAsync(auditEvent).AsTask());

    /// <summary>The only gap record that is stored.</summary>
    public string GapRecord() => System.Text.Encoding.UTF8.GetString(
        Assert.Single(Rig.Store.Stored, chained => chained.Event.Type == Gap.EventType).Event.Record);

    /// <summary>The process is gone without a word; its folder is what the next one finds.</summary>
    public FakeDisk Kill(bool powerLoss = false) => Rig.Disk.Crash(powerLoss);

    public void Dispose() => Rig.Dispose();
}
