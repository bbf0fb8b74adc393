namespace Pulse.Tenancy;

/// <summary>How <see cref="ITenantDatabase.RunAsync"/> repeats work the server gave up for the sake of another transaction.</summary>
public sealed record TenantRunOptions
{
    private readonly int _maxAttempts = 4;
    private readonly TimeSpan _baseDelay = TimeSpan.FromMilliseconds(20);
    private readonly TimeSpan _maxDelay = TimeSpan.FromSeconds(1);

    /// <summary>What each attempt's transaction is like; null (the default) for the server's ways.</summary>
    public TenantScopeOptions? Scope { get; init; }

    /// <summary>How often the work runs at most, the first time included: 1 to 20. Default 4.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is out of range.</exception>
    public int MaxAttempts
    {
        get => _maxAttempts;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 20);
            _maxAttempts = value;
        }
    }

    /// <summary>
    /// Longest pause before the second attempt; it doubles for each later one. The pause itself is drawn at random between
    /// zero and that. 0 to 1 minute. Default 20 ms.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is out of range.</exception>
    public TimeSpan BaseDelay
    {
        get => _baseDelay;
        init => _baseDelay = Checked(value);
    }

    /// <summary>What no pause exceeds, 0 to 1 minute. Default 1 second.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is out of range.</exception>
    public TimeSpan MaxDelay
    {
        get => _maxDelay;
        init => _maxDelay = Checked(value);
    }

    private static TimeSpan Checked(TimeSpan value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromMinutes(1));
        return value;
    }
}
