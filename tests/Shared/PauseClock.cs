using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace Pulse.TestKit;

/// <summary>A clock that tells which pause was begun, so that a test moves it only once somebody waits.</summary>
internal sealed class PauseClock(DateTimeOffset start) : FakeTimeProvider(start)
{
    private readonly Channel<TimeSpan> _pauses = Channel.CreateUnbounded<TimeSpan>();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        _pauses.Writer.TryWrite(dueTime);
        return timer;
    }

    public async Task<TimeSpan> NextPauseAsync() => await _pauses.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(1));
}
