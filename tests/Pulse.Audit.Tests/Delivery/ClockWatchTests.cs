using System.Text;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;

namespace Pulse.Audit.Tests.Delivery;

public sealed class ClockWatchTests
{
    [Theory]
    [InlineData(7_200_000)]
    [InlineData(-7_200_000)]
    [InlineData(1_000)]
    [InlineData(-1_000)]
    public async Task A_step_is_told_of_once_in_the_chain_and_events_keep_their_order(int milliseconds)
    {
        using var rig = new AuditRig(options => options.Linger = TimeSpan.Zero);
        using var steps = new MetricCollector<long>(rig.MeterFactory, "Pulse.Audit", "pulse.audit.clock.steps");
        await rig.WriteAsync("test.before");
        rig.Time.Advance(TimeSpan.FromSeconds(10));
        rig.Time.StepBack(TimeSpan.FromMilliseconds(-milliseconds));
        await rig.WriteAsync("test.after");
        await rig.StartAsync();
        await rig.Store.NextCallAsync();
        await rig.WriteAsync("test.later");
        await rig.StopAsync();

        Assert.Equal(["test.before", "test.after", "audit.clock_step", "test.later"], rig.Store.Stored.Select(chained => chained.Event.Type));
        var expected = new DateTime(2026, 3, 4, 5, 6, 17, DateTimeKind.Utc);
        var found = expected.AddMilliseconds(milliseconds);
        Assert.Contains(
            FormattableString.Invariant($"\"public\":{{\"step_ms\":{milliseconds},\"expected\":\"{expected:yyyy-MM-ddTHH:mm:ss.ffffff}Z\",\"found\":\"{found:yyyy-MM-ddTHH:mm:ss.ffffff}Z\"}}"),
            Encoding.UTF8.GetString(rig.Store.Stored[2].Event.Record),
            StringComparison.Ordinal);
        Assert.Equal(AuditClass.Security, rig.Store.Stored[2].Event.Class);
        Assert.Equal(1, Assert.Single(steps.GetMeasurementSnapshot()).Value);
        Assert.True(rig.Logged(5023));
        rig.AssertBalance();
    }

    [Fact]
    public async Task Less_than_a_second_is_not_told_of_until_it_has_become_one()
    {
        using var rig = new AuditRig(options => options.Linger = TimeSpan.Zero);
        await rig.StartAsync();
        foreach (var type in new[] { "test.a", "test.b" })
        {
            rig.Time.StepBack(TimeSpan.FromMilliseconds(500) - TimeSpan.FromTicks(1));
            await rig.Writer.WriteAsync(AuditRig.Critical(type));
        }

        rig.Time.StepBack(TimeSpan.FromTicks(2));
        await rig.Writer.WriteAsync(AuditRig.Critical("test.c"));
        await rig.StopAsync();

        Assert.Equal(["test.a", "test.b", "test.c", "audit.clock_step"], rig.Store.Stored.Select(chained => chained.Event.Type));
    }

    [Fact]
    public async Task Time_that_passes_is_no_step()
    {
        using var rig = new AuditRig(options => options.Linger = TimeSpan.Zero);
        await rig.StartAsync();
        await rig.Writer.WriteAsync(AuditRig.Critical());
        rig.Time.Advance(TimeSpan.FromDays(40));
        await rig.Writer.WriteAsync(AuditRig.Critical());
        await rig.StopAsync();

        Assert.Equal(2, rig.Store.Stored.Count);
    }

    [Fact]
    public async Task A_step_without_an_event_makes_no_record()
    {
        using var rig = new AuditRig();
        await rig.StartAsync();
        rig.Time.StepBack(TimeSpan.FromHours(1));
        await rig.StopAsync();

        Assert.Empty(rig.Store.Stored);
    }
}
