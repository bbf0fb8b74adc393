namespace Pulse.Audit;

/// <summary>A frozen event on its way to the store: the canonical bytes and the columns taken from the same texts.</summary>
internal sealed class PendingEvent
{
    // The object, its strings and its place in the queue; the record is the rest.
    private const int Overhead = 256;

    public required Guid Id { get; init; }

    public required DateTimeOffset OccurredAt { get; init; }

    public required AuditClass Class { get; init; }

    public required AuditOutcome Outcome { get; init; }

    public required string Type { get; init; }

    public required string? TenantId { get; init; }

    public required bool VisibleToTenant { get; init; }

    public required string? Actor { get; init; }

    public required string? OnBehalfOf { get; init; }

    public required string? Reason { get; init; }

    public required string? Peer { get; init; }

    public required string? TraceId { get; init; }

    public required byte[] Record { get; init; }

    /// <summary>What the event takes of the queue's byte budget.</summary>
    public int Cost => Record.Length + Overhead;

    /// <summary>When it was queued, on the monotonic clock.</summary>
    public long EnqueuedAt { get; set; }

    /// <summary>How many dropped events this record stands for; null for a caller's event.</summary>
    public long? GapCount { get; init; }

    /// <summary>How many coalesced events this record of the sink's own tells of.</summary>
    public long Repeats { get; init; }

    /// <summary>Made by the sink itself: such a record never took room in the queue and is no event that somebody offered.</summary>
    public bool IsOwn => GapCount is not null;

    /// <summary>Told of the fate of a Critical event; null for the other classes.</summary>
    public TaskCompletionSource<AuditDurability>? Kept { get; set; }

    /// <summary>Tells whoever waits that the event is as safe as this.</summary>
    public void Tell(AuditDurability reached) => Kept?.TrySetResult(reached);

    /// <summary>Tells whoever waits that the event is not safe.</summary>
    public void Tell(AuditUnavailableException failure)
    {
        if (Kept is null)
        {
            return;
        }

        Kept.TrySetException(failure);

        // Its caller may have left at the cap; nobody else has to hear of it as an unobserved exception.
        _ = Kept.Task.Exception;
    }
}
