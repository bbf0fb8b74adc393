namespace Pulse.Audit;

/// <summary>
/// The events of one type in one window. It remembers an address only for an event it lets through, so a million addresses
/// take no more memory than the type's share.
/// </summary>
internal sealed class FloodWindow(string type, long startedAt)
{
    private readonly Dictionary<FloodKey, Flood> _floods = [];
    private int _whole;

    public long StartedAt { get; } = startedAt;

    /// <summary>How many events are counted instead of stored.</summary>
    public long Absorbed { get; private set; }

    /// <summary>The floods that have something to tell.</summary>
    public IEnumerable<Flood> Floods => _floods.Values.Where(flood => flood.Count > 0);

    /// <returns>The flood the event is counted in; null when it goes its own way.</returns>
    public Flood? Absorb(FloodKey key, int after, int afterInAll, DateTimeOffset at)
    {
        var flood = Find(key, _whole < afterInAll);
        if (_whole < afterInAll && flood.Whole < after)
        {
            _whole++;
            flood.Whole++;
            return null;
        }

        Absorbed++;
        flood.Add(at);
        return flood;
    }

    private Flood Find(FloodKey key, bool mayRemember)
    {
        var known = _floods.GetValueOrDefault(key);
        return known ?? (mayRemember ? Remember(key) : _floods.GetValueOrDefault(key.Others()) ?? Remember(key.Others()));
    }

    private Flood Remember(FloodKey key)
    {
        var flood = new Flood(type, key);
        _floods.Add(key, flood);
        return flood;
    }
}
