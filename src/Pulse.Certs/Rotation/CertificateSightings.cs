using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Pulse.Certs;

/// <summary>A bounded queue of certificates seen for the first time in this process.</summary>
internal sealed class CertificateSightings : ICertificateSightings
{
    /// <summary>As many as a fleet's reconnecting brings before the worker's next turn; the rest is found later or not needed.</summary>
    public const int Capacity = 10_000;

    /// <summary>Serial numbers remembered; then all are forgotten, which costs a question to the store each.</summary>
    public const int MaxRemembered = 100_000;

    // A certificate is a successor from its issue on or never: once asked about, it need not be asked about again.
    private readonly ConcurrentDictionary<string, byte> _known = new(StringComparer.Ordinal);

    private readonly Channel<string> _queue = Channel.CreateBounded<string>(
        new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });

    private int _count;

    public void Seen(string serialNumber)
    {
        ArgumentNullException.ThrowIfNull(serialNumber);
        if (!_known.TryAdd(serialNumber, 0))
        {
            return;
        }

        if (Interlocked.Increment(ref _count) > MaxRemembered)
        {
            _known.Clear();
            Interlocked.Exchange(ref _count, 0);
        }

        if (!_queue.Writer.TryWrite(serialNumber))
        {
            // Its next connection tries again.
            _known.TryRemove(serialNumber, out _);
        }
    }

    /// <summary>Forgets that these were asked about, because the asking failed.</summary>
    public void Forget(IEnumerable<string> serialNumbers)
    {
        foreach (var serialNumber in serialNumbers)
        {
            _known.TryRemove(serialNumber, out _);
        }
    }

    /// <summary>Waits until something was seen.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => _queue.Reader.WaitToReadAsync(cancellationToken);

    /// <summary>Takes what was seen, at most so many.</summary>
    public IReadOnlyList<string> Take(int limit)
    {
        var taken = new List<string>();
        while (taken.Count < limit && _queue.Reader.TryRead(out var serialNumber))
        {
            taken.Add(serialNumber);
        }

        return taken;
    }
}
