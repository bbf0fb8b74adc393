using Microsoft.Extensions.Options;

namespace Pulse.Audit;

internal sealed class AuditWriter(
    AuditQueue queue,
    FloodControl floods,
    EventCanonicalizer canonicalizer,
    AuditMetrics metrics,
    IOptions<PulseAuditOptions> options,
    TimeProvider time)
    : IAuditWriter
{
    public bool TryWrite(AuditEvent auditEvent)
    {
        ArgumentNullException.ThrowIfNull(auditEvent);
        return auditEvent.Class == AuditClass.Critical
            ? throw new ArgumentException("An event of class Critical must be durable before its operation goes on: write it with WriteAsync.", nameof(auditEvent))
            : floods.Absorb(auditEvent) is not null || queue.TryEnqueue(canonicalizer.Canonicalize(auditEvent));
    }

    public ValueTask<AuditReceipt> WriteAsync(AuditEvent auditEvent, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(auditEvent);
        return auditEvent.Class == AuditClass.Critical
            ? WriteCriticalAsync(auditEvent, cancellationToken)
            : WriteQueuedAsync(auditEvent, cancellationToken);
    }

    private async ValueTask<AuditReceipt> WriteQueuedAsync(AuditEvent auditEvent, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (floods.Absorb(auditEvent) is { } counted)
        {
            return counted;
        }

        var pending = canonicalizer.Canonicalize(auditEvent);
        await queue.EnqueueAsync(pending, cancellationToken).ConfigureAwait(false);
        return new AuditReceipt(pending.Id, pending.OccurredAt, AuditDurability.Queued);
    }

    private async ValueTask<AuditReceipt> WriteCriticalAsync(AuditEvent auditEvent, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var pending = canonicalizer.Canonicalize(auditEvent);
        pending.Kept = new TaskCompletionSource<AuditDurability>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var cap = new CancellationTokenSource(options.Value.CriticalTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cap.Token, cancellationToken);
        queue.BeginCriticalWait();
        try
        {
            await queue.EnqueueAsync(pending, either.Token).ConfigureAwait(false);
            var reached = await pending.Kept.Task.WaitAsync(either.Token).ConfigureAwait(false);
            return new AuditReceipt(pending.Id, pending.OccurredAt, reached);
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            metrics.CriticalTimedOut();
            throw new AuditUnavailableException(
                $"The audit event was not durable within {options.Value.CriticalTimeout}; see the health check \"{AuditHealthCheck.Name}\".", late);
        }
        finally
        {
            queue.EndCriticalWait();
        }
    }
}
