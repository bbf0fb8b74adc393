using Npgsql;

namespace Pulse.Tenancy;

/// <summary>Repeats whole work, and only when the server itself said that repeating is the remedy.</summary>
internal sealed class RetryPolicy(TimeProvider time, Func<double> random)
{
    public async Task<T> RunAsync<T>(
        Func<CancellationToken, Task<T>> attempt, TenantRunOptions options, Action<string> onRetry, CancellationToken cancellationToken)
    {
        for (var number = 1; ; number++)
        {
            try
            {
                return await attempt(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception error) when (number < options.MaxAttempts && Conflict(error) is not null)
            {
                onRetry(Conflict(error)!);
            }

            await Task.Delay(Pause(options, number, random()), time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The SQLSTATE when another transaction was in the way (40001, 40P01) and this connection still stands; else null.</summary>
    public static string? Conflict(Exception error)
    {
        var refusal = TenancyErrors.First(error);

        // At severity FATAL (a standby's recovery) the connection is gone, and with it the knowledge of what was committed.
        if (refusal?.InvariantSeverity != "ERROR")
        {
            return null;
        }

        return refusal.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected ? refusal.SqlState : null;
    }

    /// <summary>How long to wait behind an attempt that met a conflict.</summary>
    /// <param name="options">The limits.</param>
    /// <param name="attempt">The attempt, from 1.</param>
    /// <param name="part">Which part of the longest pause, from 0 to 1: drawn, so that colliding transactions part.</param>
    public static TimeSpan Pause(TenantRunOptions options, int attempt, double part)
    {
        var longest = Math.Min(options.BaseDelay.TotalMilliseconds * Math.Pow(2, attempt - 1), options.MaxDelay.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(longest * part);
    }
}
