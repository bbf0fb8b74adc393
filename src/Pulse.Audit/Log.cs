using Microsoft.Extensions.Logging;

namespace Pulse.Audit;

internal static partial class Log
{
    [LoggerMessage(5001, LogLevel.Warning, "Audit events cannot be stored (attempt {Attempt}); they stay in memory or in the spill. Next attempt in {Delay}.")]
    public static partial void StoreFailing(ILogger logger, int attempt, TimeSpan delay, Exception failure);

    [LoggerMessage(5002, LogLevel.Error, "PostgreSQL refuses the audit writer with SQLSTATE {SqlState} (attempt {Attempt}). Run AuditSchema.Sql as pulse_owner and check the login's role. Next attempt in {Delay}.")]
    public static partial void StoreMisconfigured(ILogger logger, string? sqlState, int attempt, TimeSpan delay, Exception failure);

    [LoggerMessage(5003, LogLevel.Information, "Audit events are stored again after {Attempts} failed attempts.")]
    public static partial void StoreRecovered(ILogger logger, int attempts);

    [LoggerMessage(5004, LogLevel.Error, "Audit event {EventId} (stream {Stream}, sequence {Sequence}) was refused with SQLSTATE {SqlState} and is kept in pulse_audit.quarantine.")]
    public static partial void EventQuarantined(ILogger logger, Guid eventId, Guid stream, long sequence, string sqlState);

    [LoggerMessage(5005, LogLevel.Critical, "The head of audit stream {Stream} is not where this process left it (sequence {Sequence}): restored from a backup, or changed by somebody else. Continuing as stream {NewStream}.")]
    public static partial void StreamForked(ILogger logger, Guid stream, long sequence, Guid newStream);

    [LoggerMessage(5006, LogLevel.Warning, "{Count} audit events were dropped because there was no room; gap record {EventId} tells of them.")]
    public static partial void EventsDropped(ILogger logger, long count, Guid eventId);

    [LoggerMessage(5007, LogLevel.Critical, "Stopped with audit events lost: {Lost} queued events were not stored, and {Undeclared} dropped events have no gap record.")]
    public static partial void EventsLost(ILogger logger, long lost, long undeclared);

    [LoggerMessage(5008, LogLevel.Information, "Stopped with every audit event stored; {Stored} since the start.")]
    public static partial void Drained(ILogger logger, long stored);

    [LoggerMessage(5009, LogLevel.Critical, "The audit loop broke off; no further event is taken. Restart the process.")]
    public static partial void LoopBroke(ILogger logger, Exception failure);

    [LoggerMessage(5010, LogLevel.Warning, "{Events} audit events of an earlier run are in the spill folder {Folder}; they are stored first.")]
    public static partial void SpillRecovered(ILogger logger, long events, string folder);

    [LoggerMessage(5011, LogLevel.Critical, "The spill cannot write {Name}. Events stay in memory: Security callers may have to wait, Critical operations may fail.")]
    public static partial void SpillFailing(ILogger logger, string name, Exception failure);

    [LoggerMessage(5012, LogLevel.Warning, "The last write to spill segment {Name} never ended; {Bytes} bytes are passed over. Nobody was told that they were kept.")]
    public static partial void SpillTorn(ILogger logger, string name, int bytes);

    [LoggerMessage(5013, LogLevel.Critical, "Spill segment {Name} is damaged: {Bytes} bytes cannot be read, {Unreadable} records are of no known form, {Missing} events or more are missing. What is intact is stored, a gap record tells of the rest, and the file is kept as {Kept}.")]
    public static partial void SpillDamaged(ILogger logger, string name, int bytes, int unreadable, long missing, string kept);

    [LoggerMessage(5014, LogLevel.Critical, "Spilled events of audit stream {Stream} from sequence {Sequence} on cannot follow there; they are stored as stream {NewStream}. Missing before them: {Missing}.")]
    public static partial void SpillForked(ILogger logger, Guid stream, long sequence, Guid newStream, long missing);

    [LoggerMessage(5015, LogLevel.Critical, "Spill segment {Name} with {Events} audit events cannot be read.")]
    public static partial void SpillVanished(ILogger logger, string name, long events, Exception failure);

    [LoggerMessage(5016, LogLevel.Critical, "The spill folder {Folder} was deleted or renamed under this process; {Events} audit events that were not stored yet are gone with it. Find it, and put its segments into a spill folder before the next start.")]
    public static partial void SpillFolderVanished(ILogger logger, string folder, long events);

    [LoggerMessage(5017, LogLevel.Error, "The spill could not take back, delete or set aside {Name}.")]
    public static partial void SpillFileStays(ILogger logger, string name, Exception failure);

    [LoggerMessage(5018, LogLevel.Information, "Stopped with {Spilled} audit events in the spill folder {Folder}; the next start stores them.")]
    public static partial void StoppedWithSpill(ILogger logger, long spilled, string folder);

    [LoggerMessage(5019, LogLevel.Critical, "Nothing is sealed any more ({Refusal}): the sealed log in the database is not what it was left as. Verify the trail before anything else.")]
    public static partial void SealRefused(ILogger logger, SealRefusal refusal);

    [LoggerMessage(5020, LogLevel.Critical, "Audit stream {Stream} does not hold together from sequence {Sequence} on; it is not sealed. Verify the trail.")]
    public static partial void StreamBroken(ILogger logger, Guid stream, long sequence);

    [LoggerMessage(5021, LogLevel.Warning, "Audit events could not be sealed, their checkpoint not published, or months not made; tried again at the next round. Events are stored all the same.")]
    public static partial void SealFailing(ILogger logger, Exception failure);

    [LoggerMessage(5022, LogLevel.Error, "{Count} months ahead have no partition: the default partition holds events of theirs. Move those by hand, then run AuditSchema.Sql.")]
    public static partial void PartitionsMissing(ILogger logger, long count);

    [LoggerMessage(5023, LogLevel.Warning, "The clock of this machine was moved by {Step} while audit events were taken; a record audit.clock_step tells of it.")]
    public static partial void ClockStepped(ILogger logger, TimeSpan step);

    [LoggerMessage(5030, LogLevel.Error, "The application's code failed to answer \"{Question}\" about a request; the request is recorded without it.")]
    public static partial void RequestQuestionFailed(ILogger logger, string question, Exception failure);
}
