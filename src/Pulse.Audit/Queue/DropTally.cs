namespace Pulse.Audit;

/// <summary>Dropped events that no gap record has told of yet.</summary>
internal sealed class DropTally
{
    private readonly Lock _gate = new();
    private Gap? _open;

    public bool IsEmpty
    {
        get
        {
            lock (_gate)
            {
                return _open is null;
            }
        }
    }

    public void Add(DateTimeOffset at)
    {
        lock (_gate)
        {
            _open = _open is null ? new Gap(1, at, at) : _open with { Count = _open.Count + 1, Last = at };
        }
    }

    /// <summary>Hands over what has gathered; the tally starts anew.</summary>
    public Gap? Take()
    {
        lock (_gate)
        {
            var gap = _open;
            _open = null;
            return gap;
        }
    }
}
