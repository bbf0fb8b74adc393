namespace Pulse.Certs.Tests;

public class ExpiryScheduleTests
{
    private static readonly DateTimeOffset End = Harness.Start;

    private readonly ExpirySchedule _schedule = new(new PulseCertsOptions());

    [Theory]
    [InlineData(30.001, "")]
    [InlineData(30, "30d")]
    [InlineData(14, "30d 14d")]
    [InlineData(7, "30d 14d 7d")]
    [InlineData(3, "30d 14d 7d 3d")]
    [InlineData(1, "30d 14d 7d 3d 1d")]
    [InlineData(0, "30d 14d 7d 3d 1d")]
    public void Names_the_days_that_are_left(double left, string names) =>
        Assert.Equal(names, string.Join(' ', _schedule.Crossed(End.AddDays(-90), End, End.AddDays(-left))));

    [Theory]
    [InlineData(34, "")]
    [InlineData(33, "33%")]
    [InlineData(15, "33% 15%")]
    [InlineData(8, "33% 15% 8%")]
    [InlineData(3, "33% 15% 8% 3%")]
    [InlineData(1, "33% 15% 8% 3% 1%")]
    public void Names_the_share_of_a_short_life_that_is_left(int hours, string names) =>
        Assert.Equal(names, string.Join(' ', _schedule.Crossed(End.AddHours(-100), End, End.AddHours(-hours))));

    [Fact]
    public void Calls_short_what_lives_for_less_than_twice_the_longest_threshold()
    {
        Assert.Equal(["30d"], _schedule.Crossed(End.AddDays(-60), End, End.AddDays(-30)));
        Assert.Empty(_schedule.Crossed(End.AddDays(-60).AddSeconds(1), End, End.AddDays(-30)));
        Assert.Equal(TimeSpan.FromDays(30), _schedule.Horizon);
    }

    [Fact]
    public void Sorts_its_thresholds_and_names_parts_of_days_in_minutes()
    {
        var schedule = new ExpirySchedule(new PulseCertsOptions
        {
            ExpiryThresholds = [TimeSpan.FromMinutes(90), TimeSpan.FromDays(2)],
            ShortExpiryPercentages = [5, 20],
        });

        Assert.Equal(["2d", "90m"], schedule.Crossed(End.AddDays(-10), End, End));
        Assert.Equal(["20%", "5%"], schedule.Crossed(End.AddDays(-1), End, End));
    }
}
