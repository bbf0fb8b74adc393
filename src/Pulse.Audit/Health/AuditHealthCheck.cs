using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Pulse.Audit;

/// <summary>
/// Unhealthy when a Critical write would fail now, Degraded when events have been waiting too long or the spill is half full.
/// Reads counters alone and never touches the database.
/// </summary>
internal sealed class AuditHealthCheck(
    AuditService service, AuditPath path, AuditQueue queue, AuditLedger ledger, IOptions<PulseAuditOptions> options, TimeProvider time) : IHealthCheck
{
    public const string Name = "pulse_audit";

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var spilledSince = path.Spill?.Oldest;
        var state = new AuditState(
            service.IsRunning,
            path.OldestAge,
            path.Failures,
            queue.Pending,
            spilledSince is null ? TimeSpan.Zero : time.GetUtcNow() - spilledSince.Value,
            ledger.Spilled,
            path.Spill?.Bytes ?? 0,
            path.Overflow?.IsRefused ?? false);
        return Task.FromResult(Judge(state, options.Value));
    }

    internal static HealthCheckResult Judge(AuditState state, PulseAuditOptions options)
    {
        var oldest = state.OldestQueued > state.OldestSpilled ? state.OldestQueued : state.OldestSpilled;
        var data = new Dictionary<string, object>
        {
            ["pending"] = state.Pending,
            ["spilled"] = state.Spilled,
            ["oldest_seconds"] = oldest.TotalSeconds,
            ["failed_attempts"] = state.Failures,
        };

        if (!state.Running)
        {
            return HealthCheckResult.Unhealthy("The audit writer is not running.", data: data);
        }

        if (state.SpillRefused)
        {
            return HealthCheckResult.Unhealthy("The spill does not take events, and the database does not either: operations that need one fail.", data: data);
        }

        var age = oldest.TotalSeconds.ToString("F0", CultureInfo.InvariantCulture);
        if (state.Failures > 0 && state.OldestQueued >= options.CriticalTimeout)
        {
            return HealthCheckResult.Unhealthy($"No audit event could be stored for {age} s: operations that need one fail.", data: data);
        }

        if (state.SpillBytes > options.SpillMaxBytes / 2)
        {
            return HealthCheckResult.Degraded("The spill is half full: events of class Access are dropped.", data: data);
        }

        return oldest > options.DegradedAfter
            ? HealthCheckResult.Degraded($"The oldest audit event not yet stored is {age} s old.", data: data)
            : HealthCheckResult.Healthy(data: data);
    }
}

/// <summary>What the verdict on the sink's health depends on.</summary>
internal readonly record struct AuditState(
    bool Running, TimeSpan OldestQueued, int Failures, int Pending, TimeSpan OldestSpilled, long Spilled, long SpillBytes, bool SpillRefused);
