namespace Pulse.Audit;

/// <summary>
/// The room for events that are not stored yet, in events and in bytes. An event keeps its share until it is settled, so
/// the batch in flight counts as well. The last eighth is closed to class Access, so that a flood of requests leaves room
/// for what may not be dropped.
/// </summary>
internal sealed class QueueBudget(int maxEvents, long maxBytes)
{
    private const int KeptShare = 8;

    private readonly Lock _gate = new();
    private TaskCompletionSource? _room;
    private int _events;
    private long _bytes;
    private bool _closed;

    public int Events
    {
        get
        {
            lock (_gate)
            {
                return _events;
            }
        }
    }

    public long Bytes
    {
        get
        {
            lock (_gate)
            {
                return _bytes;
            }
        }
    }

    public bool IsClosed
    {
        get
        {
            lock (_gate)
            {
                return _closed;
            }
        }
    }

    /// <summary>Whether half of the room is taken.</summary>
    public bool IsCrowded
    {
        get
        {
            lock (_gate)
            {
                return _events >= (maxEvents + 1) / 2 || _bytes >= maxBytes / 2;
            }
        }
    }

    public BudgetAnswer TryReserve(int bytes, AuditClass auditClass)
    {
        lock (_gate)
        {
            return TryReserveLocked(bytes, auditClass);
        }
    }

    /// <summary>Waits for room.</summary>
    /// <returns>False when the budget was closed.</returns>
    public async ValueTask<bool> ReserveAsync(int bytes, AuditClass auditClass, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task room;
            lock (_gate)
            {
                var answer = TryReserveLocked(bytes, auditClass);
                if (answer is BudgetAnswer.Reserved or BudgetAnswer.Closed)
                {
                    return answer == BudgetAnswer.Reserved;
                }

                _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                room = _room.Task;
            }

            // Everyone who waits is woken and tries again: a release frees a whole batch, so most of them succeed.
            await room.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public void Release(int bytes)
    {
        TaskCompletionSource? room;
        lock (_gate)
        {
            _events--;
            _bytes -= bytes;
            room = _room;
            _room = null;
        }

        room?.SetResult();
    }

    /// <summary>Forgets everything that was reserved, and answers how many events that was.</summary>
    public int Clear()
    {
        lock (_gate)
        {
            var events = _events;
            _events = 0;
            _bytes = 0;
            return events;
        }
    }

    public void Close()
    {
        TaskCompletionSource? room;
        lock (_gate)
        {
            _closed = true;
            room = _room;
            _room = null;
        }

        room?.SetResult();
    }

    private BudgetAnswer TryReserveLocked(int bytes, AuditClass auditClass)
    {
        if (_closed)
        {
            return BudgetAnswer.Closed;
        }

        var isAccess = auditClass == AuditClass.Access;
        if (_events >= (isAccess ? maxEvents - (maxEvents / KeptShare) : maxEvents))
        {
            return BudgetAnswer.TooManyEvents;
        }

        // An empty queue takes any event: its cost has an overhead that the option for bytes does not speak of.
        if (_events > 0 && _bytes + bytes > (isAccess ? maxBytes - (maxBytes / KeptShare) : maxBytes))
        {
            return BudgetAnswer.TooManyBytes;
        }

        _events++;
        _bytes += bytes;
        return BudgetAnswer.Reserved;
    }
}
