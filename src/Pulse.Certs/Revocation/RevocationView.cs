using System.Collections.Immutable;
using Microsoft.Extensions.Options;

namespace Pulse.Certs;

/// <summary>One immutable list behind one reference: the store's at the last reading, and what was changed here since.</summary>
internal sealed class RevocationView(IOptions<PulseCertsOptions> options, TimeProvider time) : IRevocationView
{
    private readonly TimeSpan _maxStaleness = options.Value.RevocationMaxStaleness;
    private Snapshot _current = new([], ImmutableDictionary<string, Change>.Empty.WithComparers(StringComparer.Ordinal), ReadAt: null);

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
        return snapshot.Changes.TryGetValue(serialNumber, out var change) ? change.IsRevoked : snapshot.Stored.Contains(serialNumber);
    }

    /// <summary>Shows a change that was just committed, unless a later one of the same certificate is shown already.</summary>
    /// <param name="serialNumber">Lower-case hexadecimal digits.</param>
    /// <param name="record">The state after the change.</param>
    public void Apply(string serialNumber, RevocationRecord record)
    {
        // After the commit: a reading that begins later finds the change in the store.
        var change = new Change(record.IsRevoked, record.Revision, time.GetTimestamp());
        Swap(current =>
        {
            var isShown = current.Changes.TryGetValue(serialNumber, out var shown);
            var isOlder = isShown && shown.Revision >= change.Revision;
            return isOlder ? current : current with { Changes = current.Changes.SetItem(serialNumber, change) };
        });
    }

    /// <summary>Takes over the store's list; changes learned of after its reading began stay on top of it.</summary>
    /// <param name="stored">Every serial number that is revoked or on hold.</param>
    /// <param name="readAt">The timestamp taken before the reading began: the list is no younger.</param>
    public void Replace(HashSet<string> stored, long readAt) => Swap(current => new Snapshot(
        stored, current.Changes.RemoveRange(current.Changes.Where(change => change.Value.LearnedAt < readAt).Select(change => change.Key)), readAt));

    private void Swap(Func<Snapshot, Snapshot> change)
    {
        Snapshot before;
        do
        {
            before = Volatile.Read(ref _current);
        }
        while (Interlocked.CompareExchange(ref _current, change(before), before) != before);
    }

    private readonly record struct Change(bool IsRevoked, int Revision, long LearnedAt);

    private sealed record Snapshot(HashSet<string> Stored, ImmutableDictionary<string, Change> Changes, long? ReadAt);
}
