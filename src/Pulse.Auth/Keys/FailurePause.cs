namespace Pulse.Auth;

/// <summary>
/// The time without fetches after a failed one: a second, then twice as long each time up to a minute, give or take a
/// tenth. Not thread-safe: its owner locks.
/// </summary>
internal sealed class FailurePause(TimeProvider time)
{
    public static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    private TimeSpan _next = Shortest;
    private TimeSpan _pause;
    private long _began;

    /// <summary>Whether the last fetch failed; also when the pause is over.</summary>
    public bool IsAfterFailure => _pause > TimeSpan.Zero;

    /// <summary>What is left of the pause; zero or more.</summary>
    public TimeSpan Left => new(Math.Max(0, (_pause - time.GetElapsedTime(_began)).Ticks));

    public void Begin()
    {
        _began = time.GetTimestamp();
        _pause = Jitter.Spread(_next);
        _next = new TimeSpan(Math.Min(_next.Ticks * 2, Longest.Ticks));
    }

    public void End()
    {
        _pause = TimeSpan.Zero;
        _next = Shortest;
    }
}
