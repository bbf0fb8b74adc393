namespace Pulse.Mqtt.IntegrationTests;

public static class Eventually
{
    /// <summary>Waits for a condition of the other side of a socket.</summary>
    public static async Task HoldsAsync(Func<bool> condition, string what, int seconds = 15)
    {
        var end = DateTime.UtcNow.AddSeconds(seconds);
        while (!condition())
        {
            Assert.True(DateTime.UtcNow < end, $"Not seen within {seconds} s: {what}");
            await Task.Delay(20);
        }
    }
}
