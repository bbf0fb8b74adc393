namespace Pulse.Tenancy;

/// <summary>Hands each step of an access to the recorder and counts it.</summary>
internal sealed class OperatorAccessLog(IOperatorAccessRecorder recorder, TenancyMetrics metrics)
{
    /// <summary>The caller's token is not passed on: leaving early must not leave the access unrecorded.</summary>
    public ValueTask RecordAsync(OperatorGrant grant, OperatorAccessOutcome outcome, int? rows = null, string? sqlState = null)
    {
        metrics.OperatorAccess(outcome);
        return recorder.RecordAsync(new OperatorAccess(grant, outcome, rows, sqlState), CancellationToken.None);
    }
}
