using Microsoft.Extensions.Logging;

namespace Pulse.Audit;

internal static partial class Log
{
    [LoggerMessage(5001, LogLevel.Warning, "Audit events cannot be stored (attempt {Attempt}); they stay in memory. Next attempt in {Delay}.")]
    public static partial void StoreFailing(ILogger logger, int attempt, TimeSpan delay, Exception failure);

    [LoggerMessage(5002, LogLevel.Error, "PostgreSQL refuses the audit writer with SQLSTATE {SqlState} (attempt {Attempt}). Run AuditSchema.Sql as pulse_owner and check the login's role. Next attempt in {Delay}.")]
    public static partial void StoreMisconfigured(ILogger logger, string? sqlState, int attempt, TimeSpan delay, Exception failure);

    [LoggerMessage(5003, LogLevel.Information, "Audit events are stored again after {Attempts} failed attempts.")]
    public static partial void StoreRecovered(ILogger logger, int attempts);

    [LoggerMessage(5004, LogLevel.Error, "Audit event {EventId} (stream {Stream}, sequence {Sequence}) was refused with SQLSTATE {SqlState} and is kept in pulse_audit.quarantine.")]
    public static partial void EventQuarantined(ILogger logger, Guid eventId, Guid stream, long sequence, string sqlState);

    [LoggerMessage(5005, LogLevel.Critical, "The head of audit stream {Stream} is not where this process left it (sequence {Sequence}): restored from a backup, or changed by somebody else. Continuing as stream {NewStream}.")]
    public static partial void StreamForked(ILogger logger, Guid stream, long sequence, Guid newStream);

    [LoggerMessage(5006, LogLevel.Warning, "{Count} audit events of class Access were dropped because the queue was full; gap record {EventId} tells of them.")]
    public static partial void EventsDropped(ILogger logger, long count, Guid eventId);

    [LoggerMessage(5007, LogLevel.Critical, "Stopped with audit events lost: {Lost} queued events were not stored, and {Undeclared} dropped events have no gap record.")]
    public static partial void EventsLost(ILogger logger, long lost, long undeclared);

    [LoggerMessage(5008, LogLevel.Information, "Stopped with every audit event stored; {Stored} since the start.")]
    public static partial void Drained(ILogger logger, long stored);

    [LoggerMessage(5009, LogLevel.Critical, "The audit loop broke off; no further event is taken. Restart the process.")]
    public static partial void LoopBroke(ILogger logger, Exception failure);
}
