namespace Pulse.Audit.Tests.Delivery;

public sealed class BackOffTests
{
    [Fact]
    public void Waits_double_from_a_fifth_of_a_second_to_half_a_minute()
    {
        var backOff = new BackOff(() => 0);

        var seconds = Enumerable.Range(0, 10).Select(_ => backOff.Next().TotalSeconds);

        Assert.Equal([0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30, 30], seconds);
    }

    [Fact]
    public void Chance_shortens_a_wait_by_up_to_half()
    {
        var backOff = new BackOff(() => 0.5);

        Assert.Equal(TimeSpan.FromMilliseconds(150), backOff.Next());
        Assert.Equal(TimeSpan.FromMilliseconds(300), backOff.Next());
    }

    [Fact]
    public void A_reset_starts_over()
    {
        var backOff = new BackOff(() => 0);
        backOff.Next();
        backOff.Next();

        backOff.Reset();

        Assert.Equal(BackOff.First, backOff.Next());
    }
}
