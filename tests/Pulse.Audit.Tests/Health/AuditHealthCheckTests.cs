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
        var result = AuditHealthCheck.Judge(running, TimeSpan.FromSeconds(seconds), failures, pending: 7, new PulseAuditOptions());

        Assert.Equal(expected, result.Status);
        Assert.Equal(7, result.Data["pending"]);
        Assert.Equal(seconds, result.Data["oldest_seconds"]);
        Assert.Equal(failures, result.Data["failed_attempts"]);
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
