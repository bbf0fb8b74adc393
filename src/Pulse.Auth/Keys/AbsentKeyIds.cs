namespace Pulse.Auth;

/// <summary>
/// Identifiers a fetch has just looked for in vain. One token sent again and again would otherwise spend the permits that
/// a real rotation needs. Not thread-safe: its owner locks, and clears it with every new snapshot.
/// </summary>
internal sealed class AbsentKeyIds(TimeProvider time)
{
    /// <summary>Beyond it all are forgotten: what they save is a permit, and permits bound the fetches by themselves.</summary>
    public const int Capacity = 256;

    /// <summary>A provider may sign with a key moments before it publishes it everywhere.</summary>
    public static readonly TimeSpan Period = UnknownKeyPermits.Period;

    private readonly Dictionary<string, long> _lookedFor = new(StringComparer.Ordinal);

    public bool Contains(string keyId)
    {
        if (!_lookedFor.TryGetValue(keyId, out var when))
        {
            return false;
        }

        return time.GetElapsedTime(when) < Period;
    }

    public void Add(string keyId)
    {
        if (_lookedFor.Count == Capacity)
        {
            _lookedFor.Clear();
        }

        _lookedFor[keyId] = time.GetTimestamp();
    }

    public void Clear() => _lookedFor.Clear();
}
