using Npgsql;
using Pulse.TestKit;

namespace Pulse.Tenancy.Tests;

public sealed class RetryPolicyTests
{
    private readonly PauseClock _time = new(DateTimeOffset.UnixEpoch);
    private readonly List<string> _retried = [];
    private int _attempts;

    [Theory]
    [InlineData("40001", "ERROR", true)]
    [InlineData("40P01", "ERROR", true)]
    [InlineData("40001", "FATAL", false)]
    [InlineData("40P01", "PANIC", false)]
    [InlineData("40003", "ERROR", false)]
    [InlineData("23505", "ERROR", false)]
    [InlineData("57014", "ERROR", false)]
    public void Only_another_transactions_conflict_on_a_standing_connection_is_repeated(string sqlState, string severity, bool expected)
    {
        var error = new PostgresException("text", severity, severity, sqlState);

        Assert.Equal(expected ? sqlState : null, RetryPolicy.Conflict(error));
        Assert.Equal(expected ? sqlState : null, RetryPolicy.Conflict(new InvalidOperationException("wrapped", error)));
    }

    [Fact]
    public void A_broken_connection_is_no_conflict()
    {
        Assert.Null(RetryPolicy.Conflict(new NpgsqlException("broken", new IOException())));
        Assert.Null(RetryPolicy.Conflict(new TimeoutException()));
    }

    [Fact]
    public void The_first_refusal_decides()
    {
        var cause = new PostgresException("text", "ERROR", "ERROR", "40001");

        Assert.Null(RetryPolicy.Conflict(new NpgsqlException("x", new InvalidOperationException("y"))));
        Assert.Equal("40001", RetryPolicy.Conflict(new NpgsqlException("x", new InvalidOperationException("y", cause))));
    }

    [Fact]
    public async Task Answers_the_first_success_without_a_pause()
    {
        Assert.Equal(5, await RunAsync(() => Task.FromResult(5), new TenantRunOptions()));

        Assert.Equal(1, _attempts);
        Assert.Empty(_retried);
    }

    [Fact]
    public async Task Pauses_longer_each_time_up_to_the_limit_and_gives_up_after_the_last_attempt()
    {
        var options = new TenantRunOptions { MaxAttempts = 5, BaseDelay = TimeSpan.FromSeconds(2), MaxDelay = TimeSpan.FromSeconds(7) };
        var running = RunAsync(() => throw Conflict(), options, random: 0.5);

        // Half of 2, 4, 7 (not 8) and 7 seconds.
        foreach (var (pause, attempts) in ((double, int)[])[(1, 1), (2, 2), (3.5, 3), (3.5, 4)])
        {
            Assert.Equal(TimeSpan.FromSeconds(pause), await _time.NextPauseAsync());
            Assert.Equal(attempts, _attempts);
            _time.Advance(TimeSpan.FromSeconds(pause));
        }

        Assert.Equal("40001", (await Assert.ThrowsAsync<PostgresException>(() => running)).SqlState);
        Assert.Equal(5, _attempts);
        Assert.Equal(["40001", "40001", "40001", "40001"], _retried);
    }

    [Theory]
    [InlineData(1, 1.0, 2.0)]
    [InlineData(2, 1.0, 4.0)]
    [InlineData(3, 1.0, 7.0)]
    [InlineData(19, 1.0, 7.0)]
    [InlineData(1, 0.25, 0.5)]
    [InlineData(2, 0.25, 1.0)]
    [InlineData(4, 0.0, 0.0)]
    public void The_longest_pause_doubles_up_to_the_limit_and_a_part_of_it_is_waited(int attempt, double part, double seconds) => Assert.Equal(
        TimeSpan.FromSeconds(seconds),
        RetryPolicy.Pause(new TenantRunOptions { BaseDelay = TimeSpan.FromSeconds(2), MaxDelay = TimeSpan.FromSeconds(7) }, attempt, part));

    [Fact]
    public async Task One_attempt_is_no_retry()
    {
        await Assert.ThrowsAsync<PostgresException>(() => RunAsync(() => throw Conflict(), new TenantRunOptions { MaxAttempts = 1 }));

        Assert.Equal(1, _attempts);
        Assert.Empty(_retried);
    }

    [Fact]
    public async Task Other_errors_end_the_work_at_once()
    {
        await Assert.ThrowsAsync<TimeoutException>(() => RunAsync(() => throw new TimeoutException(), new TenantRunOptions()));

        Assert.Equal(1, _attempts);
    }

    [Fact]
    public async Task A_pause_can_be_cancelled()
    {
        using var leave = new CancellationTokenSource();
        var running = RunAsync(() => throw Conflict(), new TenantRunOptions(), cancellationToken: leave.Token);

        await leave.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal(1, _attempts);
    }

    [Fact]
    public void Options_hold_their_ranges()
    {
        var defaults = new TenantRunOptions();
        Assert.Equal((4, 20, 1000), (defaults.MaxAttempts, defaults.BaseDelay.TotalMilliseconds, defaults.MaxDelay.TotalMilliseconds));
        Assert.Null(defaults.Scope);
        Assert.Equal((1, 20), (new TenantRunOptions { MaxAttempts = 1 }.MaxAttempts, new TenantRunOptions { MaxAttempts = 20 }.MaxAttempts));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TenantRunOptions { MaxAttempts = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new TenantRunOptions { MaxAttempts = 21 });

        var minute = TimeSpan.FromMinutes(1);
        var widest = new TenantRunOptions { BaseDelay = TimeSpan.Zero, MaxDelay = minute };
        Assert.Equal((TimeSpan.Zero, minute), (widest.BaseDelay, widest.MaxDelay));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TenantRunOptions { BaseDelay = TimeSpan.FromTicks(-1) });
        Assert.Throws<ArgumentOutOfRangeException>(() => new TenantRunOptions { MaxDelay = minute + TimeSpan.FromTicks(1) });
    }

    private static PostgresException Conflict() => new("text", "ERROR", "ERROR", "40001");

    private Task<int> RunAsync(Func<Task<int>> work, TenantRunOptions options, double random = 1, CancellationToken cancellationToken = default) =>
        new RetryPolicy(_time, () => random).RunAsync(
            _ =>
            {
                Interlocked.Increment(ref _attempts);
                return work();
            },
            options,
            _retried.Add,
            cancellationToken);
}
