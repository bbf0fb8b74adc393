namespace Pulse.Auth;

/// <summary>Sessions of one process. When full, the session nearest to its end makes room.</summary>
internal sealed class MemorySessionStore(TimeProvider time) : ISessionStore
{
    public const int Capacity = 10_000;

    private readonly Dictionary<string, SessionRecord> _sessions = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    public ValueTask AddAsync(string key, SessionRecord record, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(record);
        lock (_gate)
        {
            if (_sessions.Count >= Capacity)
            {
                MakeRoomLocked();
            }

            _sessions[key] = record;
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<SessionRecord?> FindAsync(string key, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (!_sessions.TryGetValue(key, out var record))
            {
                return ValueTask.FromResult<SessionRecord?>(null);
            }

            if (record.ExpiresAt > time.GetUtcNow())
            {
                return ValueTask.FromResult<SessionRecord?>(record);
            }

            _sessions.Remove(key);
            return ValueTask.FromResult<SessionRecord?>(null);
        }
    }

    public ValueTask ExtendAsync(string key, DateTimeOffset expiresAt, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_sessions.TryGetValue(key, out var record))
            {
                _sessions[key] = record with { ExpiresAt = expiresAt };
            }
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask RemoveAsync(string key, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _sessions.Remove(key);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask RemoveByProviderSessionAsync(string issuer, string providerSession, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            RemoveLocked(record => record.Issuer == issuer && record.ProviderSession == providerSession);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask RemoveBySubjectAsync(string issuer, string subject, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            RemoveLocked(record => record.Issuer == issuer && record.Subject == subject);
        }

        return ValueTask.CompletedTask;
    }

    private void RemoveLocked(Func<SessionRecord, bool> which)
    {
        foreach (var key in _sessions.Where(session => which(session.Value)).Select(session => session.Key).ToList())
        {
            _sessions.Remove(key);
        }
    }

    private void MakeRoomLocked()
    {
        var now = time.GetUtcNow();
        RemoveLocked(record => record.ExpiresAt <= now);

        if (_sessions.Count >= Capacity)
        {
            _sessions.Remove(_sessions.MinBy(session => session.Value.ExpiresAt).Key);
        }
    }
}
