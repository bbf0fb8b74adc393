namespace Pulse.Mqtt.IntegrationTests;

public static class Eventually
{
    /// <summary>Waits for a condition of the other side of a socket.</summary>
    public static Task HoldsAsync(Func<bool> condition, string what, int seconds = 15) => HoldsAsync(() => Task.FromResult(condition()), what, seconds);

    /// <summary>Waits for an answer of the other side.</summary>
    public static async Task HoldsAsync(Func<Task<bool>> condition, string what, int seconds = 15)
    {
        var end = DateTime.UtcNow.AddSeconds(seconds);
        while (!await condition())
        {
            Assert.True(DateTime.UtcNow < end, $"Not seen within {seconds} s: {what}");
            await Task.Delay(20);
        }
    }
}
