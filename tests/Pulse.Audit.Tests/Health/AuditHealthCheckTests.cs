using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Pulse.Audit.Tests.Health;

public sealed class AuditHealthCheckTests
{
    [Theory]
    [InlineData(true, 0, 0, HealthStatus.Healthy)]
    [InlineData(true, 9.9, 3, HealthStatus.Healthy)]
    [InlineData(true, 10, 3, HealthStatus.Unhealthy)]
    [InlineData(true, 10, 0, HealthStatus.Healthy)]
    [InlineData(true, 30, 0, HealthStatus.Healthy)]
    [InlineData(true, 30.1, 0, HealthStatus.Degraded)]
    [InlineData(true, 30.1, 1, HealthStatus.Unhealthy)]
    [InlineData(false, 0, 0, HealthStatus.Unhealthy)]
    public void The_age_of_the_oldest_event_decides(bool running, double seconds, int failures, HealthStatus expected)
    {
        var result = AuditHealthCheck.Judge(
            new AuditState(running, TimeSpan.FromSeconds(seconds), failures, 7, TimeSpan.Zero, 0, 0, SpillRefused: false), new PulseAuditOptions());

        Assert.Equal(expected, result.Status);
        Assert.Equal(7, result.Data["pending"]);
        Assert.Equal(seconds, result.Data["oldest_seconds"]);
        Assert.Equal(failures, result.Data["failed_attempts"]);
    }

    [Theory]
    [InlineData(30, 0, false, HealthStatus.Healthy)]
    [InlineData(31, 0, false, HealthStatus.Degraded)]
    [InlineData(0, 512L << 20, false, HealthStatus.Healthy)]
    [InlineData(0, (512L << 20) + 1, false, HealthStatus.Degraded)]
    [InlineData(0, 0, true, HealthStatus.Unhealthy)]
    public void The_spill_decides_as_well(double seconds, long bytes, bool refused, HealthStatus expected)
    {
        var state = new AuditState(Running: true, TimeSpan.Zero, 3, 0, TimeSpan.FromSeconds(seconds), 9, bytes, refused);

        var result = AuditHealthCheck.Judge(state, new PulseAuditOptions());

        Assert.Equal(expected, result.Status);
        Assert.Equal(9L, result.Data["spilled"]);
        Assert.Equal(seconds, result.Data["oldest_seconds"]);
    }

    [Fact]
    public async Task The_check_reads_the_running_sink()
    {
        using var rig = new AuditRig();
        Assert.Equal(HealthStatus.Unhealthy, (await rig.Health.CheckHealthAsync(new HealthCheckContext())).Status);

        await rig.StartAsync();
        Assert.Equal(HealthStatus.Healthy, (await rig.Health.CheckHealthAsync(new HealthCheckContext())).Status);

        await rig.StopAsync();
        Assert.Equal(HealthStatus.Unhealthy, (await rig.Health.CheckHealthAsync(new HealthCheckContext())).Status);
    }
}
