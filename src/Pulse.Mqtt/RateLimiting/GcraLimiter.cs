using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Pulse.Mqtt;

/// <summary>
/// A token bucket per key, kept as one number each (generic cell rate algorithm, ITU-T I.371 annex A): the time at which the bucket would be
/// full again. Bounded: full buckets are forgotten when the table is, and a new key finds no room rather than growing it.
/// </summary>
internal sealed class GcraLimiter<TKey>
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, Cell> _cells = new();
    private readonly long _interval;
    private readonly long _tolerance;
    private readonly int _capacity;
    private readonly Lock _pruning = new();

    public GcraLimiter(double perSecond, int burst, int capacity)
    {
        _interval = Math.Max(1, (long)(TimeSpan.TicksPerSecond / perSecond));
        _tolerance = _interval * (burst - 1L);
        _capacity = capacity;
    }

    public int Count => _cells.Count;

    /// <summary>Takes one token.</summary>
    /// <param name="key">Whose bucket.</param>
    /// <param name="now">Monotonic time in ticks; may run back a little between threads.</param>
    public bool TryAcquire(TKey key, long now)
    {
        if (!_cells.TryGetValue(key, out var cell) && !TryAdd(key, now, out cell))
        {
            return false;
        }

        while (true)
        {
            var full = Volatile.Read(ref cell.FullAt);
            if (full - now > _tolerance)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref cell.FullAt, Math.Max(full, now) + _interval, full) == full)
            {
                return true;
            }
        }
    }

    private bool TryAdd(TKey key, long now, [NotNullWhen(true)] out Cell? cell)
    {
        cell = null;
        if (_cells.Count >= _capacity && !Prune(now))
        {
            return false;
        }

        cell = _cells.GetOrAdd(key, static (_, start) => new Cell { FullAt = start }, now);
        return true;
    }

    private bool Prune(long now)
    {
        lock (_pruning)
        {
            foreach (var (key, cell) in _cells)
            {
                if (Volatile.Read(ref cell.FullAt) <= now)
                {
                    _cells.TryRemove(key, out _);
                }
            }

            return _cells.Count < _capacity;
        }
    }

    private sealed class Cell
    {
        public long FullAt;
    }
}
