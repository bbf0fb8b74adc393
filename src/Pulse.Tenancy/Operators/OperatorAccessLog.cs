using Microsoft.Extensions.Logging;

namespace Pulse.Tenancy;

/// <summary>Hands each step of an access to the recorder and counts it.</summary>
internal sealed class OperatorAccessLog(IOperatorAccessRecorder recorder, TenancyMetrics metrics, ILogger<OperatorAccessLog> logger)
{
    /// <summary>An access whose statements all ran.</summary>
    /// <param name="grant">The grant.</param>
    /// <param name="rows">Rows each of the operator's statements read or changed.</param>
    public async ValueTask RecordCompletedAsync(OperatorGrant grant, IEnumerable<ulong> rows)
    {
        await RecordAsync(grant, OperatorAccessOutcome.Granted).ConfigureAwait(false);
        var total = rows.Aggregate(0UL, (sum, count) => sum + count);
        await RecordAsync(grant, OperatorAccessOutcome.Completed, (int)Math.Min(total, int.MaxValue)).ConfigureAwait(false);
    }

    /// <summary>An access that failed.</summary>
    /// <param name="grant">The grant.</param>
    /// <param name="end">How.</param>
    public async ValueTask RecordAsync(OperatorGrant grant, OperatorEnd end)
    {
        foreach (var step in end.Steps)
        {
            // That the grant was given is no refusal.
            var sqlState = step == OperatorAccessOutcome.Granted ? null : end.Refusal?.SqlState;
            await RecordAsync(grant, step, sqlState: sqlState).ConfigureAwait(false);
        }
    }

    /// <summary>The server refused the switch to the operators' role; the pool was emptied.</summary>
    /// <param name="role">The role.</param>
    public void SwitchRefused(string role)
    {
        metrics.ConnectionPoisoned();
        Log.EnterRefused(logger, role);
    }

    /// <summary>The caller's token is not passed on: leaving early must not leave the access unrecorded.</summary>
    private ValueTask RecordAsync(OperatorGrant grant, OperatorAccessOutcome outcome, int? rows = null, string? sqlState = null)
    {
        metrics.OperatorAccess(outcome);
        return recorder.RecordAsync(new OperatorAccess(grant, outcome, rows, sqlState), CancellationToken.None);
    }
}
