using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace Pulse.Audit.Tests;

/// <summary>A clock that tells which timers were asked for, so a test moves it only once somebody waits for it.</summary>
internal sealed class RecordingTimeProvider() : FakeTimeProvider(new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero))
{
    private readonly Channel<TimeSpan> _timers = Channel.CreateUnbounded<TimeSpan>();

    /// <summary>A clock that throws: the one way to break the loop itself.</summary>
    public bool Broken { get; set; }

    private TimeSpan _behind;

    /// <summary>Sets the clock on the wall back; time itself goes on.</summary>
    public void StepBack(TimeSpan by) => _behind += by;

    public override DateTimeOffset GetUtcNow() =>
        Broken ? throw new InvalidOperationException("the clock is broken") : base.GetUtcNow() - _behind;

    public override long GetTimestamp() => base.GetUtcNow().Ticks;

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

    /// <summary>Lets time pass in small steps, one for each timer somebody asks for, until this has ended.</summary>
    public async Task<T> PassUntilAsync<T>(Task<T> ended)
    {
        while (!ended.IsCompleted)
        {
            var asked = _timers.Reader.WaitToReadAsync().AsTask();
            await Task.WhenAny(asked, ended);
            while (_timers.Reader.TryRead(out _))
            {
                Advance(TimeSpan.FromMilliseconds(10));
            }
        }

        return await ended;
    }
}
