using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Pulse.Audit;

/// <summary>
/// Compares the clock that stamps the events with the time that really passes. The order of events does not depend on that
/// clock; who reads their times must know when it was moved.
/// </summary>
internal sealed class ClockWatch(TimeProvider time, AuditMetrics metrics, ILogger<AuditLoop> logger)
{
    public const string EventType = "audit.clock_step";

    /// <summary>Less is not told of.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(1);

    // Both stay until a step is told of: a clock that is moved in small steps is told of as well.
    private DateTimeOffset _clock = time.GetUtcNow();
    private long _passed = time.GetTimestamp();

    /// <returns>What tells of a step; null when there was none.</returns>
    public AuditEvent? Look()
    {
        var now = time.GetUtcNow();
        var passed = time.GetTimestamp();
        var expected = _clock + time.GetElapsedTime(_passed, passed);
        var step = now - expected;
        if (step.Duration() < Tolerance)
        {
            return null;
        }

        (_clock, _passed) = (now, passed);
        metrics.ClockStepped();
        Log.ClockStepped(logger, step);
        return new AuditEvent
        {
            Type = EventType,
            Class = AuditClass.Security,
            Fields =
            [
                AuditField.Public("step_ms", (long)step.TotalMilliseconds),
                AuditField.Public("expected", expected.ToString(CanonicalNames.TimeFormat, CultureInfo.InvariantCulture)),
                AuditField.Public("found", now.ToString(CanonicalNames.TimeFormat, CultureInfo.InvariantCulture)),
            ],
        };
    }
}
