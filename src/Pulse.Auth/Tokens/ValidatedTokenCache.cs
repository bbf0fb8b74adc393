using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Pulse.Auth;

/// <summary>Accepted tokens of one table of issuers, for a minute at most. Readers take no lock.</summary>
internal sealed class ValidatedTokenCache(int capacity, TimeSpan maxAge, TimeProvider time)
{
    private readonly ConcurrentDictionary<TokenDigest, CachedToken> _entries = new();
    private readonly Queue<TokenDigest> _order = new();
    private readonly Lock _gate = new();

    public bool IsOn => capacity > 0;

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _order.Count;
            }
        }
    }

    public bool TryFind(TokenDigest digest, ReadOnlySpan<byte> signature, [NotNullWhen(true)] out CachedToken? entry)
    {
        if (!_entries.TryGetValue(digest, out entry))
        {
            return false;
        }

        return entry.IsSignedBy(signature) && time.GetElapsedTime(entry.CheckedAt) < maxAge;
    }

    /// <summary>Adds or replaces an entry. One that is out of date stays until it is replaced or the oldest: it is never used.</summary>
    public void Add(TokenDigest digest, CachedToken entry)
    {
        lock (_gate)
        {
            if (!_entries.ContainsKey(digest))
            {
                if (_order.Count == capacity)
                {
                    _entries.TryRemove(_order.Dequeue(), out _);
                }

                _order.Enqueue(digest);
            }

            _entries[digest] = entry;
        }
    }
}
