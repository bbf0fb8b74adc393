using Microsoft.Extensions.Time.Testing;

namespace Pulse.Mqtt.Tests;

/// <summary>Lets the test's clock run while something waits by it.</summary>
internal static class RunningClock
{
    // Only a hang ever waits so long.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static async Task<T> FinishAsync<T>(this FakeTimeProvider time, Task<T> task)
    {
        await time.RunUntilAsync(() => task.IsCompleted, TimeSpan.FromMilliseconds(100));
        return await task;
    }

    public static async Task RunUntilAsync(this FakeTimeProvider time, Func<bool> condition, TimeSpan step)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Patience, "It did not come to pass.");
            time.Advance(step);

            // Whoever waits by this clock runs on other threads, which a busy machine must let run.
            await Task.Delay(1);
        }
    }
}
