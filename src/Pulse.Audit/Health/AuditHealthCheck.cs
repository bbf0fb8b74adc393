using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Pulse.Audit;

/// <summary>
/// Unhealthy when a Critical write would fail now, Degraded when events have been waiting too long. Reads counters alone and
/// never touches the database.
/// </summary>
internal sealed class AuditHealthCheck(
    AuditService service, AuditLoop loop, AuditQueue queue, IOptions<PulseAuditOptions> options) : IHealthCheck
{
    public const string Name = "pulse_audit";

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Judge(service.IsRunning, loop.OldestAge, loop.Failures, queue.Pending, options.Value));

    internal static HealthCheckResult Judge(bool running, TimeSpan oldest, int failures, int pending, PulseAuditOptions options)
    {
        var data = new Dictionary<string, object>
        {
            ["pending"] = pending,
            ["oldest_seconds"] = oldest.TotalSeconds,
            ["failed_attempts"] = failures,
        };

        if (!running)
        {
            return HealthCheckResult.Unhealthy("The audit writer is not running.", data: data);
        }

        var age = oldest.TotalSeconds.ToString("F0", CultureInfo.InvariantCulture);
        if (failures > 0 && oldest >= options.CriticalTimeout)
        {
            return HealthCheckResult.Unhealthy($"No audit event could be stored for {age} s: operations that need one fail.", data: data);
        }

        return oldest > options.DegradedAfter
            ? HealthCheckResult.Degraded($"The oldest audit event not yet stored is {age} s old.", data: data)
            : HealthCheckResult.Healthy(data: data);
    }
}
