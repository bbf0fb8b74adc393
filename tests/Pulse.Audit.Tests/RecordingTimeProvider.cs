using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace Pulse.Audit.Tests;

/// <summary>A clock that tells which timers were asked for, so a test moves it only once somebody waits for it.</summary>
internal sealed class RecordingTimeProvider() : FakeTimeProvider(new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero))
{
    private readonly Channel<TimeSpan> _timers = Channel.CreateUnbounded<TimeSpan>();

    /// <summary>A clock that throws: the one way to break the loop itself.</summary>
    public bool Broken { get; set; }

    public override DateTimeOffset GetUtcNow() => Broken ? throw new InvalidOperationException("the clock is broken") : base.GetUtcNow();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        _timers.Writer.TryWrite(dueTime);
        return timer;
    }

    /// <summary>Waits until somebody waits that long, then lets that time pass.</summary>
    public async Task PassAsync(TimeSpan dueTime)
    {
        await WaitForTimerAsync(dueTime);
        Advance(dueTime);
    }

    public async Task WaitForTimerAsync(TimeSpan dueTime)
    {
        while (await _timers.Reader.ReadAsync() != dueTime)
        {
        }
    }
}
