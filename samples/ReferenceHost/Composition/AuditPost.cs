using Pulse.Audit;

namespace Pulse.ReferenceHost.Composition;

/// <summary>
/// Audit events of callers that cannot wait, such as a TLS handshake. The event is queued at once; only when the queue is
/// full does a write wait, and <see cref="MostWaiting"/> of them may.
/// </summary>
internal sealed partial class AuditPost(IAuditWriter audit, ILogger<AuditPost> logger)
{
    private const int MostWaiting = 1_000;
    private int _waiting;

    public void Post(AuditEvent auditEvent)
    {
        if (Interlocked.Increment(ref _waiting) > MostWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            LogLost(logger, auditEvent.Type, auditEvent.Reason);
            return;
        }

        _ = WriteAsync(auditEvent);
    }

    private async Task WriteAsync(AuditEvent auditEvent)
    {
        try
        {
            await audit.WriteAsync(auditEvent, CancellationToken.None);
        }
        catch (Exception refused) when (refused is AuditUnavailableException or InvalidOperationException or ObjectDisposedException)
        {
            LogNotWritten(logger, auditEvent.Type, auditEvent.Reason, refused);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "Audit is not taking events: {Type} ({Reason}) is lost.")]
    private static partial void LogLost(ILogger logger, string type, string? reason);

    [LoggerMessage(Level = LogLevel.Critical, Message = "Audit event {Type} ({Reason}) could not be written.")]
    private static partial void LogNotWritten(ILogger logger, string type, string? reason, Exception exception);
}
