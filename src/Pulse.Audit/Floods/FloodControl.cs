using System.Collections.Frozen;

namespace Pulse.Audit;

/// <summary>
/// Counts the events of a flood instead of storing each, for the types the host names: refusals and failures alone, never a
/// success, so nobody hides one behind a flood of his own. Every event counted is told of by exactly one record. A window ends
/// when the loop has taken it, so what is remembered is bounded while the loop is held up.
/// </summary>
internal sealed class FloodControl(PulseAuditOptions options, AuditLedger ledger, TimeProvider time)
{
    private readonly FrozenSet<string> _types = options.CoalesceTypes.ToFrozenSet(StringComparer.Ordinal);
    private readonly Dictionary<string, FloodWindow> _windows = new(StringComparer.Ordinal);
    private readonly Queue<Flood> _due = [];
    private readonly Lock _gate = new();
    private bool _closed;

    public bool IsEnabled => _types.Count > 0;

    /// <summary>Whether there are records to be taken.</summary>
    public bool IsDue
    {
        get
        {
            lock (_gate)
            {
                return _due.Count > 0 || _windows.Values.Any(window => window.Absorbed > 0 && IsOver(window));
            }
        }
    }

    /// <returns>What its caller is told of an event that is counted; null when the event goes its own way.</returns>
    public AuditReceipt? Absorb(AuditEvent source)
    {
        if (!Concerns(source))
        {
            return null;
        }

        var key = FloodKey.Of(source);
        lock (_gate)
        {
            var flood = _closed ? null : CountLocked(source.Type, key);
            if (flood is null)
            {
                return null;
            }

            ledger.Offer(source.Class);
            ledger.Coalesce();
            return new AuditReceipt(flood.Id, flood.First, AuditDurability.Queued);
        }
    }

    /// <summary>Hands over the floods of windows that are over.</summary>
    /// <param name="most">How many at most.</param>
    /// <param name="isClosing">Ends every window, and counts nothing from now on.</param>
    public IReadOnlyList<Flood> Take(int most, bool isClosing)
    {
        lock (_gate)
        {
            _closed |= isClosing;
            if (_due.Count == 0 || isClosing)
            {
                EndLocked(isClosing);
            }

            List<Flood> taken = [];
            while (taken.Count < most && _due.Count > 0)
            {
                taken.Add(_due.Dequeue());
            }

            return taken;
        }
    }

    /// <summary>Counts nothing from now on, and gives up what was not taken.</summary>
    /// <returns>How many events that were.</returns>
    public long Abandon() => Take(int.MaxValue, isClosing: true).Sum(flood => flood.Count);

    private bool Concerns(AuditEvent source) =>
        _types.Contains(source.Type)
        && source.Class != AuditClass.Critical
        && source.Outcome is (AuditOutcome.Denied or AuditOutcome.Failure);

    private Flood? CountLocked(string type, FloodKey key)
    {
        var at = EventCanonicalizer.TruncateToMicroseconds(time.GetUtcNow());
        return WindowLocked(type).Absorb(key, options.CoalesceAfter, options.CoalesceAfterInAll, at);
    }

    private FloodWindow WindowLocked(string type)
    {
        var window = _windows.GetValueOrDefault(type);
        if (window is null || (window.Absorbed == 0 && IsOver(window)))
        {
            window = new FloodWindow(type, time.GetTimestamp());
            _windows[type] = window;
        }

        return window;
    }

    private void EndLocked(bool isClosing)
    {
        foreach (var (type, window) in _windows.Where(entry => isClosing || IsOver(entry.Value)).ToArray())
        {
            _windows.Remove(type);
            foreach (var flood in window.Floods)
            {
                _due.Enqueue(flood);
            }
        }
    }

    private bool IsOver(FloodWindow window) => time.GetElapsedTime(window.StartedAt) >= options.CoalesceWindow;
}
