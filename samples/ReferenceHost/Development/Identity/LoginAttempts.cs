namespace Pulse.ReferenceHost.Development.Identity;

/// <summary>
/// Five failed sign-ins per user and minute. Names nobody has share one entry, so the table is as small as the list of users.
/// </summary>
internal sealed class LoginAttempts(TimeProvider time)
{
    public const int MaxFailures = 5;
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (int Failures, DateTimeOffset Since)> _failures = new(StringComparer.Ordinal);

    public bool IsBlocked(DevelopmentUser? user)
    {
        lock (_gate)
        {
            return CurrentLocked(user).Failures >= MaxFailures;
        }
    }

    public void RecordFailure(DevelopmentUser? user)
    {
        lock (_gate)
        {
            var (failures, since) = CurrentLocked(user);
            _failures[Key(user)] = (failures + 1, since);
        }
    }

    public void RecordSuccess(DevelopmentUser user)
    {
        lock (_gate)
        {
            _failures.Remove(Key(user));
        }
    }

    private (int Failures, DateTimeOffset Since) CurrentLocked(DevelopmentUser? user)
    {
        var now = time.GetUtcNow();
        var known = _failures.TryGetValue(Key(user), out var entry);
        return known && now - entry.Since < Window ? entry : (0, now);
    }

    private static string Key(DevelopmentUser? user) => user?.UserName ?? string.Empty;
}
