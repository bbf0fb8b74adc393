namespace Pulse.Audit;

/// <summary>Events that went missing and that no gap record has told of yet.</summary>
internal sealed class DropTally
{
    private readonly Lock _gate = new();
    private Gap? _dropped;
    private Gap? _lost;

    public bool IsEmpty
    {
        get
        {
            lock (_gate)
            {
                return _dropped is null && _lost is null;
            }
        }
    }

    /// <summary>An event found no room.</summary>
    public void Add(AuditClass auditClass, DateTimeOffset at)
    {
        lock (_gate)
        {
            _dropped = Extend(_dropped, Gap.QueueFull, 1, auditClass == AuditClass.Security ? 1 : 0, at);
        }
    }

    /// <summary>Events that were on the disk are gone.</summary>
    public void AddLost(long count, DateTimeOffset at)
    {
        lock (_gate)
        {
            _lost = Extend(_lost, Gap.SpillLost, count, 0, at);
        }
    }

    /// <summary>Hands over what has gathered; the tally starts anew.</summary>
    public IReadOnlyList<Gap> Take()
    {
        lock (_gate)
        {
            List<Gap> gaps = [];
            gaps.AddRange(_dropped is null ? [] : [_dropped]);
            gaps.AddRange(_lost is null ? [] : [_lost]);
            (_dropped, _lost) = (null, null);
            return gaps;
        }
    }

    private static Gap Extend(Gap? open, string reason, long count, long security, DateTimeOffset at) =>
        open is null
            ? new Gap(reason, count, security, at, at)
            : open with { Count = open.Count + count, Security = open.Security + security, Last = at };
}
