using Microsoft.Extensions.Options;

namespace Pulse.Certs;

/// <summary>One immutable list behind one reference: the store's at the last reading, and what was revoked here since.</summary>
internal sealed class RevocationView(IOptions<PulseCertsOptions> options, TimeProvider time) : IRevocationView
{
    private readonly TimeSpan _maxStaleness = options.Value.RevocationMaxStaleness;
    private Snapshot _current = new([], [], ReadAt: null);

    public bool IsFresh => Age <= _maxStaleness;

    /// <summary>Time since the store was read; the largest there is before the first reading.</summary>
    public TimeSpan Age
    {
        get
        {
            var readAt = Volatile.Read(ref _current).ReadAt;
            return readAt is null ? TimeSpan.MaxValue : time.GetElapsedTime(readAt.Value);
        }
    }

    public bool IsRevoked(string serialNumber)
    {
        ArgumentNullException.ThrowIfNull(serialNumber);
        var snapshot = Volatile.Read(ref _current);
        return snapshot.Stored.Contains(serialNumber) || snapshot.Added.Contains(serialNumber);
    }

    /// <summary>Shows a revocation that was just committed.</summary>
    public void Add(string serialNumber) =>
        Swap(current => current with { Added = [.. current.Added, serialNumber] });

    /// <summary>Takes over the store's list.</summary>
    /// <param name="stored">Every revoked serial number.</param>
    /// <param name="readAt">The timestamp taken before the reading began: the list is no younger.</param>
    public void Replace(HashSet<string> stored, long readAt) =>
        Swap(current => new Snapshot(stored, [.. current.Added.Where(serial => !stored.Contains(serial))], readAt));

    private void Swap(Func<Snapshot, Snapshot> change)
    {
        Snapshot before;
        do
        {
            before = Volatile.Read(ref _current);
        }
        while (Interlocked.CompareExchange(ref _current, change(before), before) != before);
    }

    private sealed record Snapshot(HashSet<string> Stored, HashSet<string> Added, long? ReadAt);
}
